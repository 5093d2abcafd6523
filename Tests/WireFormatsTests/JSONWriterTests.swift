import FarePorts
import Testing
import WireFormats

struct JSONWriterTests {
    @Test func writesInTheOrderOfTheCalls() {
        var writer = JSONWriter()
        writer.object { writer in
            writer.member("z", 1)
            writer.member("a", "x")
            writer.member("none", String?.none)
            writer.memberIfPresent("left_out", Int?.none)
            writer.memberIfPresent("there", Int64.min)
            writer.array("list") { writer in
                writer.value(true)
                writer.null()
                writer.object { _ in }
                writer.array { $0.value(0.25) }
            }
            writer.object("inner") { $0.member("names", ["a", "b"]) }
            writer.member("raw", raw: "1.50".utf8)
        }
        #expect(
            writer.text
                == #"{"z":1,"a":"x","none":null,"there":-9223372036854775808,"list":[true,null,{},[0.25]],"#
                + #""inner":{"names":["a","b"]},"raw":1.50}"#)
    }

    @Test func escapesWhatJSONCannotHold() throws {
        let text = "\"\\/\u{8}\u{9}\u{A}\u{C}\u{D}\u{0}\u{1F}\u{7F}é\u{1F600}\u{2028}"
        var writer = JSONWriter()
        writer.value(text)
        #expect(writer.text == "\"\\\"\\\\/\\b\\t\\n\\f\\r\\u0000\\u001f\u{7F}é\u{1F600}\u{2028}\"")
        #expect(try json(writer.text).string == text)
    }

    @Test func everyScalarBelowU0800ComesBack() throws {
        let text = String(String.UnicodeScalarView((0..<0x800).compactMap { Unicode.Scalar(UInt32($0)) }))
        let node: JSONNode = [.string(text)]
        #expect(try JSONDocument(PaddedBytes(node.bytes)).root.elements.map(\.string) == [text])
    }

    @Test func numbersWithoutJSONFormBecomeNull() {
        var writer = JSONWriter()
        writer.value([1.5, .infinity, .nan, 1e-7])
        #expect(writer.text == "[1.5,null,null,1e-07]")
    }

    @Test func literalsKeepTheirOrder() {
        let offer = "off_1"
        let missing: String? = nil
        var node: JSONNode = [
            "data": ["type": "hold", "selected_offers": [.string(offer)], "n": 1, "live": true, "none": nil],
            "b": .string(missing), "c": .int(7), "raw": .raw(Array("1.10".utf8)),
        ]
        node.append("last", [])
        #expect(
            String(decoding: node.bytes, as: UTF8.self)
                == #"{"data":{"type":"hold","selected_offers":["off_1"],"n":1,"live":true,"none":null},"b":null,"c":7,"#
                + #""raw":1.10,"last":[]}"#)
    }

    @Test func echoesAValueOfAnotherDocument() throws {
        let offer = try json(#"[{"id":"1", "price" : 12.50}]"#).elements.map { $0 }
        var writer = JSONWriter()
        writer.object { $0.member("flightOffers", offer) }
        #expect(writer.text == #"{"flightOffers":[{"id":"1", "price" : 12.50}]}"#)
    }

    @Test func closesNothingTwiceWhenABodyThrows() {
        struct Stop: Error {}
        var writer = JSONWriter()
        #expect(throws: Stop.self) { try writer.object { _ throws(Stop) in throw Stop() } }
        #expect(writer.text == "{")
    }
}
