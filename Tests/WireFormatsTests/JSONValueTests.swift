import FareDomain
import FarePorts
import Testing
import WireFormats

struct JSONValueTests {
    @Test func readsMembersElementsAndScalars() throws {
        let root = try json(sampleJSON)
        let offers = try root.require("data").elements("offers")
        #expect(offers.map { $0["id"]?.string } == ["off_1", "off_2"])
        let first = try #require(offers.first { _ in true })
        let segment = try #require(
            first["slices"]?.elements.first { _ in true }?["segments"]?.elements.first { _ in true })
        #expect(segment["origin"]?["name"]?.string == "Heathrow \u{2708}")
        #expect(segment["stops"]?.int64 == 0)
        #expect(segment["longitude"]?.rawNumber == "-0.4543")
        #expect(segment["tags"]?.count == 0)
        #expect(first["tax_amount"]?.isNull == true)
        #expect(first["live"]?.bool == false)
        #expect(first["nothing"] == nil)
        #expect(root.count == 2)
        #expect(root["meta"]?["limit"]?.int == 50)
        #expect(try root.require("meta").int64("big") == 9_007_199_254_740_993)
        #expect(root["meta"]?["exp"]?.int64 == nil)
    }

    @Test func givesTheSourceOfAValueBackByteForByte() throws {
        let root = try json(#"{"a" : { "x":[1, 2.50 ,"\u0041"] } , "b":1e+2}"#)
        #expect(root["a"].map { Array($0.rawBytes) } == Array(#"{ "x":[1, 2.50 ,"\u0041"] }"#.utf8))
        #expect(root["b"].map { Array($0.rawBytes) } == Array("1e+2".utf8))
    }

    @Test func readsAnyKindAtTheTop() throws {
        #expect(try json(" \"x\" ").string == "x")
        #expect(try json("-0").int64 == 0)
        #expect(try json("true").bool == true)
        #expect(try json("null\n").isNull)
        #expect(try json("[]").kind == .array)
        #expect(try json("{ }").kind == .object)
    }

    @Test func resolvesEscapes() throws {
        let value = try json(#""\"\\\/\b\f\n\r\t\u0041\u00e9\u20AC\uD83D\uDE00\u0000z""#)
        #expect(value.string == "\"\\/\u{8}\u{C}\n\r\tA\u{E9}\u{20AC}\u{1F600}\u{0}z")
    }

    @Test func findsKeysThatAreEscapedInTheSource() throws {
        let root = try json(#"{"total\u005famount":"1","\u0061":2,"":3}"#)
        #expect(root["total_amount"]?.string == "1")
        #expect(root["a"]?.int64 == 2)
        #expect(root[""]?.int64 == 3)
        #expect(root.members.map(\.key) == ["total_amount", "a", ""])
    }

    @Test func firstOfARepeatedKeyCounts() throws {
        let root = try json(#"{"a":1,"b":0,"a":2}"#)
        #expect(root["a"]?.int64 == 1)
        #expect(root.members.map { $0.value.int64 } == [1, 0, 2])
    }

    @Test func findsKeysKnownOnlyAtRunTime() throws {
        let root = try json(#"{"carriers":{"BA":"BRITISH AIRWAYS","é":1}}"#)
        #expect(root["carriers"]?.member(named: "BA")?.string == "BRITISH AIRWAYS")
        #expect(root["carriers"]?.member(named: "é")?.int64 == 1)
        #expect(root["carriers"]?.member(named: "LH") == nil)
    }

    @Test func comparesStringsWithoutReadingThem() throws {
        let root = try json(#"["hold","ho\u006cd","holds",1]"#)
        #expect(root.elements.map { $0.equals("hold") } == [true, true, false, false])
    }

    @Test(arguments: [
        ("9223372036854775807", Int64.max), ("-9223372036854775808", .min), ("9223372036854775808", nil),
        ("-9223372036854775809", nil), ("1.0", nil), ("1e2", nil), ("-5", -5),
    ])
    func readsOnlyIntegersThatFit(text: String, expected: Int64?) throws {
        #expect(try json(text).int64 == expected)
    }

    @Test func emptyContainersInsideOthersKeepTheirPlaces() throws {
        let root = try json(#"[[],{},[[]],{"a":{}},[1,[]]]"#)
        #expect(root.elements.map(\.count) == [0, 0, 1, 1, 2])
        #expect(
            root.elements.map { String(decoding: $0.rawBytes, as: UTF8.self) } == [
                "[]", "{}", "[[]]", #"{"a":{}}"#, "[1,[]]",
            ])
    }

    @Test func skipsAByteOrderMark() throws {
        let root = try json("\u{FEFF}{\"a\":[1]}")
        #expect(root["a"]?.elements.map(\.int64) == [1])
        #expect(wireError { () throws(WireError) in try json("\u{FEFF}{\"a\":x}") }?.offset == 8)
    }

    @Test func documentOutlivesTheNameOfItsSource() throws {
        func offers() throws -> [JSONValue] { Array(try json(sampleJSON).require("data").elements("offers")) }
        #expect(try offers().map { try $0.string("id") } == ["off_1", "off_2"])
    }
}

struct JSONRequiredTests {
    @Test func missingMemberIsNamedWithItsPlace() throws {
        let root = try json(sampleJSON)
        let offer = try #require(Array(try root.require("data").elements("offers")).last)
        let error = wireError { () throws(WireError) in try offer.string("owner") }
        #expect(error?.code == .missing)
        #expect(error?.path == "$.data.offers[1].owner")
    }

    @Test func nullCountsAsMissing() throws {
        let meta = try json(sampleJSON).require("meta")
        #expect(wireError { () throws(WireError) in try meta.string("after") }?.code == .missing)
        #expect(try meta.stringIfPresent("after") == nil)
        #expect(try meta.stringIfPresent("none") == nil)
        #expect(meta.present("after") == nil)
        #expect(try meta.elementsIfPresent("after").isEmpty)
        #expect(try meta.elementsIfPresent("none").isEmpty)
    }

    @Test func anotherKindIsToldWithoutItsValue() throws {
        let meta = try json(sampleJSON).require("meta")
        let error = wireError { () throws(WireError) in try meta.string("limit") }
        let offset = try #require(error?.offset)
        #expect(Array(sampleJSON.utf8)[offset...].starts(with: "50".utf8))
        #expect(error?.description == "wrong_kind at $.meta.limit (byte \(offset)): expected string, found number")
        #expect(wireError { () throws(WireError) in try meta.bool("limit") }?.code == .wrongKind)
        #expect(wireError { () throws(WireError) in try meta.elements("limit") }?.code == .wrongKind)
        #expect(wireError { () throws(WireError) in try meta.int("exp") }?.code == .badValue)
        #expect(wireError { () throws(WireError) in try meta.require("limit").require("x") }?.code == .wrongKind)
        #expect(wireError { () throws(WireError) in try meta.stringIfPresent("limit") }?.code == .wrongKind)
    }

    @Test func keysInAPathAreMadeSafe() throws {
        let root = try json(#"{"a b\n<script>":{"k":1}}"#)
        let inner = try #require(root.members.map(\.value).first)
        #expect(wireError { () throws(WireError) in try inner.string("k") }?.path == "$.a?b??script?.k")
    }

    @Test func pathsAreCutWhereTheyWouldTakeLong() throws {
        let root = try json("[" + String(repeating: "1,", count: 10_000) + "{}]")
        let last = try #require(Array(root.elements).last)
        #expect(wireError { () throws(WireError) in try last.string("id") }?.path == "$….id")
        let deep = try json(
            String(repeating: #"{"a_long_name":"#, count: 100) + "1" + String(repeating: "}", count: 100))
        var value = deep
        while let inner = value["a_long_name"] { value = inner }
        #expect(value.error(.badValue, "").path.utf8.count < 260)
    }

    @Test func readsTimesByName() throws {
        let value = try json(
            #"{"d":"2026-12-10","l":"2026-12-10T09:25:00","t":"2026-12-10T09:25:00.123456Z","p":"PT\u0032H","bad":"x"}"#
        )
        #expect(try value.date("d").description == "2026-12-10")
        #expect(try value.localDateTime("l").description == "2026-12-10T09:25:00")
        #expect(try value.timestamp("t").description == "2026-12-10T09:25:00.123Z")
        #expect(try value.duration("p") == .seconds(7200))
        #expect(try value.timestampIfPresent("none") == nil)
        let error = wireError { () throws(WireError) in try value.timestamp("bad") }
        #expect(error?.code == .badValue)
        #expect(error?.path == "$.bad")
        #expect(wireError { () throws(WireError) in try value.timestamp("l") }?.code == .badValue)
    }
}
