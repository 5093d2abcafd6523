import FareDomain
import FarePorts
import Testing
import WireFormats

struct XMLTests {
    @Test func readsAPathOfNamesWhateverTheirPrefix() throws {
        let root = try xml(sampleXML)
        #expect(root.name == "IATA_AirShoppingRS")
        #expect(root.namespace == "http://example.org/message")
        let offers = try root.require("Response", "OffersGroup", "CarrierOffers").children(named: "Offer")
        #expect(offers.map { $0.text("OfferID") } == ["O1", "O2"])
        #expect(offers.map { $0.attribute("Owner") } == ["FX", "FY"])
        #expect(offers.map { $0.attribute("Rank") } == ["1", nil])
        let price = try #require(root.first("Response", "OffersGroup", "CarrierOffers", "Offer", "TotalPrice"))
        #expect(price.text == "162.00000000000000000000")
        #expect(price.attribute("CurCode") == "EUR")
        #expect(price.namespace == "http://example.org/common")
        #expect(price.children.isEmpty)
        #expect(root.first("Response", "Error") == nil)
        #expect(root.children(named: "Nowhere").map(\.name).isEmpty)
    }

    @Test func resolvesEntitiesAndCDATA() throws {
        let root = try xml(sampleXML)
        let note = root.first("Response", "OffersGroup", "CarrierOffers", "Offer", "Note")
        #expect(note?.text == "Fish & <chips>")
        #expect(try xml("<a b='&lt;&quot;&#65;&#x20AC;'/>").attribute("b") == "<\"A\u{20AC}")
    }

    @Test func textLosesWhiteSpaceAtItsEndsOnly() throws {
        #expect(try xml("<a>\n  two  words \t</a>").text == "two  words")
        #expect(try xml("<a> </a>").text == "")
        #expect(try xml("<a><b/></a>").text("b") == nil)
    }

    @Test func joinsTextThatElementsInterrupt() throws {
        let root = try xml("<a>one <b>x</b> two<c/> three </a>")
        #expect(root.text == "one two three")
        #expect(root.text("b") == "x")
    }

    @Test func laterSiblingsAreTriedWhereTheFirstLacksTheRest() throws {
        #expect(try xml("<a><b/><b><c>1</c></b></a>").text("b", "c") == "1")
    }

    @Test func sameLocalNameInTwoNamespacesIsFoundInBoth() throws {
        let root = try xml("<a xmlns:x='urn:1' xmlns:y='urn:2'><x:b/><y:b/><b/></a>")
        #expect(root.children(named: "b").map(\.namespace) == ["urn:1", "urn:2", ""])
    }

    @Test func readsTheEncodingsOfExpat() throws {
        let latin = Array("<?xml version='1.0' encoding='ISO-8859-1'?><a>caf".utf8) + [0xE9] + Array("</a>".utf8)
        #expect(try XMLDocument(PaddedBytes(latin)).root.text == "café")
        var wide: [UInt8] = [0xFF, 0xFE]
        for unit in "<a>é</a>".utf16 { wide += [UInt8(unit & 0xFF), UInt8(unit >> 8)] }
        #expect(try XMLDocument(PaddedBytes(wide)).root.text == "é")
        let unknown = "<?xml version='1.0' encoding='windows-1252'?><a/>"
        #expect(wireError { () throws(WireError) in try xml(unknown) }?.code == .unknownEncoding)
    }

    @Test func missingThingsAreNamedWithTheirPlace() throws {
        let offer = try #require(try xml(sampleXML).first("Response", "OffersGroup", "CarrierOffers", "Offer"))
        let error = wireError { () throws(WireError) in try offer.requireText("TotalPrice", "Base") }
        #expect(error?.code == .missing)
        #expect(error?.path == "/IATA_AirShoppingRS/Response/OffersGroup/CarrierOffers/Offer")
        #expect(error?.detail == "no TotalPrice/Base")
        #expect(wireError { () throws(WireError) in try offer.requireAttribute("Code") }?.code == .missing)
        #expect(try offer.requireAttribute("Owner") == "FX")
        let price = try offer.require("TotalPrice")
        #expect(wireError { () throws(WireError) in try price.requireDate() }?.code == .badValue)
        #expect(wireError { () throws(WireError) in try price.requireInt() }?.code == .badValue)
        #expect(price.text.count == 24)
    }

    @Test func readsTimesAndNumbers() throws {
        let root = try xml("<a><t>2026-12-10T09:25:00Z</t><l>2026-12-10T09:25:00</l><d>P0DT1H59M0S</d><n> 12 </n></a>")
        #expect(try root.require("t").requireTimestamp().description == "2026-12-10T09:25:00Z")
        #expect(try root.require("l").requireDateTime().offset == nil)
        #expect(try root.require("d").requireDuration() == .seconds(7140))
        #expect(try root.require("n").requireInt() == 12)
    }
}

struct XMLMalformedTests {
    @Test(arguments: [
        "<a>", "<a></b>", "<a/><b/>", "<a b=1/>", "<a b='1' b='2'/>", "<a>&x;</a>", "<a>&</a>", "<a><</a>", "</a>",
        "x<a/>",
        "<a/>x", "<x:a/>", "<a>\u{1}</a>", "<a>\u{0}</a>", "<a>&#0;</a>", "<a>&#xD800;</a>", "<a>]]></a>",
        "<!-- -- --><a/>",
        "{\"a\":1}", "<a><![CDATA[</a>", "<?xml version='9'?", "\u{FEFF}\u{FEFF}<a/>",
    ])
    func refusesWhatIsNotXML(text: String) {
        let error = wireError { () throws(WireError) in try xml(text) }
        #expect(error?.code == .malformed || error?.code == .empty, "\(text): \(String(describing: error))")
    }

    @Test(arguments: ["", "  ", "<?xml version='1.0'?>", "<!-- x -->"])
    func noElementIsAnError(text: String) {
        #expect(wireError { () throws(WireError) in try xml(text) }?.code == .empty)
    }

    @Test(arguments: [
        "<!DOCTYPE a><a/>", "<!DOCTYPE a SYSTEM 'file:///etc/passwd'><a/>",
        "<!DOCTYPE a [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><a>&x;</a>",
        "<!DOCTYPE a [<!ENTITY x 'lol'><!ENTITY y '&x;&x;&x;&x;&x;&x;&x;&x;'>]><a>&y;&y;</a>",
        "<!DOCTYPE a PUBLIC 'x' 'http://127.0.0.1:1/x.dtd'><a/>",
    ])
    func refusesDocumentTypes(text: String) {
        #expect(wireError { () throws(WireError) in try xml(text) }?.code == .doctype)
    }

    @Test func refusesWhatIsNotUTF8() {
        for bytes in [[0x80], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xFF]] as [[UInt8]] {
            let whole = PaddedBytes(Array("<a>".utf8) + bytes + Array("</a>".utf8))
            #expect(wireError { () throws(WireError) in try XMLDocument(whole) }?.code == .malformed)
        }
    }

    @Test func everyTruncationIsAnError() {
        let whole = Array(sampleXML.utf8)
        for length in 0..<whole.count {
            let part = PaddedBytes(Array(whole[..<length]))
            #expect(wireError { () throws(WireError) in try XMLDocument(part) } != nil, "\(length) bytes")
        }
    }

    @Test func everyLimitIsKept() throws {
        func code(_ text: String, _ limits: XMLLimits) -> WireError.Code? {
            wireError { () throws(WireError) in try xml(text, limits: limits) }?.code
        }
        #expect(code("<a><b/></a>", XMLLimits(elements: 2, depth: 2)) == nil)
        #expect(code("<a><b/></a>", XMLLimits(elements: 1)) == .tooManyNodes)
        #expect(code("<a><b/></a>", XMLLimits(depth: 1)) == .tooDeep)
        #expect(code("<a>12</a>", XMLLimits(textBytes: 2)) == nil)
        #expect(code("<a>123</a>", XMLLimits(textBytes: 2)) == .tooLarge)
        #expect(code("<a b='123'/>", XMLLimits(textBytes: 2)) == .tooLarge)
        #expect(code("<a b='1' c='2'/>", XMLLimits(attributes: 1)) == .tooManyNodes)
        #expect(code("<a><b/><c/></a>", XMLLimits(names: 2)) == .tooManyNodes)
        #expect(code("<a></a>", XMLLimits(bytes: 6)) == .tooLarge)
        #expect(code(String(repeating: "<a>", count: 100_000), XMLLimits()) == .tooDeep)
        #expect(
            code("<a>" + String(repeating: "x<b/>", count: 2000) + "</a>", XMLLimits(textBytes: 100_000)) == .tooLarge)
    }
}

struct XMLWriterTests {
    @Test func writesElementsInOrder() throws {
        var writer = XMLWriter()
        writer.element("RQ", ["xmlns": "urn:x", "Version": "1"]) { writer in
            writer.element("Empty")
            writer.element("Nothing") { _ in }
            writer.element("Code", ["Owner": "A\"B"], text: "LHR")
            writer.elementIfPresent("Left", text: nil)
        }
        #expect(
            writer.text == #"<?xml version="1.0" encoding="UTF-8"?><RQ xmlns="urn:x" Version="1"><Empty/><Nothing/>"#
                + #"<Code Owner="A&quot;B">LHR</Code></RQ>"#)
    }

    @Test func whatIsWrittenIsReadBack() throws {
        let text = "<&>\"'\r]]> é \u{1F600} a\tb\nc"
        var writer = XMLWriter(declaration: false)
        writer.element("a", ["b": text], text: text)
        let root = try xml(writer.text)
        #expect(root.text == text)
        #expect(root.attribute("b") == text)
    }

    @Test func charactersThatXMLForbidsAreReplaced() throws {
        var writer = XMLWriter()
        writer.element("a", text: "x\u{0}\u{1F}\u{FFFF}y")
        #expect(try xml(writer.text).text == "x\u{FFFD}\u{FFFD}\u{FFFD}y")
    }
}
