import FareDomain
import FarePorts
import FareTestSupport
import Testing
import WireFormats

/// Spoilt documents, thousands of them: each is read whole, or refused with an error; none may trap.
struct FuzzTests {
    private let inputs = Fuzzing.inputs(usual: 20_000)

    @Test func spoiltJSONIsReadOrRefused() throws {
        let samples = [sampleJSON, #"["\uD83D\uDE00\n",-0.5e-3,[[]],{"a":{"a":null}}]"#].map { Array($0.utf8) }
        try run(samples) { bytes throws(WireError) in
            let root = try JSONDocument(PaddedBytes(bytes)).root
            exercise(root)
            // What is accepted is written out and read back to the same.
            var writer = JSONWriter()
            rewrite(root, to: &writer)
            var again = JSONWriter()
            rewrite(try JSONDocument(PaddedBytes(writer.bytes)).root, to: &again)
            #expect(writer.bytes == again.bytes)
        }
    }

    @Test func spoiltXMLIsReadOrRefused() throws {
        let samples = [sampleXML, "<a b='&lt;'>x<c/>y<![CDATA[z]]></a>"].map { Array($0.utf8) }
        try run(samples) { bytes throws(WireError) in
            let root = try XMLDocument(PaddedBytes(bytes)).root
            var writer = XMLWriter()
            rewrite(root, to: &writer)
            _ = root.text("Response", "OffersGroup", "CarrierOffers", "Offer", "OfferID")
            _ = try? root.requireText("Response", "Nowhere")
            let again = try XMLDocument(PaddedBytes(writer.bytes)).root
            #expect(again.attribute("text") == root.text)
        }
    }

    @Test func spoiltTextFormsAreReadOrRefused() throws {
        let samples = [
            "PT02H05M", "P0DT1H59M0.5S", "2026-12-10T09:25:00.123456+05:30", "2026-12-10", "20:55:00+05:30",
            "Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994",
            "metadata%5Bbooking%5D=b+1&a=%C3%A9",
        ].map { Array($0.utf8) }
        try run(samples) { bytes throws(WireError) in
            let text = String(decoding: bytes, as: UTF8.self)
            var wasRead = false
            if let duration = try? ISO8601.duration(text) { wasRead = !duration.iso8601.isEmpty }
            if let time = try? ISO8601.dateTime(text) {
                wasRead = time.timestamp(assumingOffset: 0) < .init(secondsSinceEpoch: 1 << 40)
            }
            if let time = try? ISO8601.timestamp(text) { wasRead = !time.description.isEmpty }
            if let time = try? ISO8601.timeOfDay(text) { wasRead = time.secondOfDay < 86_400 }
            if let date = try? ISO8601.date(text) { wasRead = try ISO8601.date(date.description) == date }
            let now = Timestamp(secondsSinceEpoch: 1_796_894_700)
            if let time = try? HTTPDate.parse(text, now: now) {
                wasRead = try HTTPDate.parse(HTTPDate.string(time), now: now) == time
            }
            let fields = try FormEncoding.decode(bytes)
            #expect(try FormEncoding.decode(FormEncoding.encode(fields).utf8) == fields)
            if !wasRead { throw WireError(.badValue) }
        }
    }

    /// Feeds spoilt copies of `samples` to `read`: both ends must occur, or the inputs test nothing.
    private func run(_ samples: [[UInt8]], _ read: ([UInt8]) throws(WireError) -> Void) throws {
        var mutator = Mutator(seed: Fuzzing.seed)
        var accepted = 0
        var refused = 0
        for _ in 0..<inputs {
            let bytes = mutator.next(from: samples)
            do throws(WireError) {
                try read(bytes)
                accepted += 1
            } catch {
                refused += 1
            }
        }
        print("fuzz: seed \(Fuzzing.seed), \(inputs) inputs, \(accepted) read, \(refused) refused")
        #expect(accepted > 0 && refused > 0, "seed \(Fuzzing.seed)")
    }
}

/// Calls every accessor.
private func exercise(_ value: JSONValue) {
    _ = (
        value.string, value.rawNumber, value.int64, value.bool, value.isNull, value.count, value["id"],
        value.equals("hold")
    )
    _ = try? value.string("id")
    _ = try? value.timestamp("departing_at")
    _ = try? value.duration("duration")
    _ = try? value.money("total_amount", "total_currency")
    _ = value.error(.badValue, "").description
    for element in value.elements { exercise(element) }
    for (key, member) in value.members {
        _ = value.member(named: key)
        exercise(member)
    }
}

private func rewrite(_ value: JSONValue, to writer: inout JSONWriter) {
    switch value.kind {
    case .object: writer.object { for (key, member) in value.members { $0.key(key); rewrite(member, to: &$0) } }
    case .array: writer.array { for element in value.elements { rewrite(element, to: &$0) } }
    case .string: writer.value(value.string)
    case .null, .bool, .number: writer.value(value)
    }
}

private func rewrite(_ element: XMLElement, to writer: inout XMLWriter) {
    writer.element(element.name, ["text": element.text]) { writer in
        for child in element.children { rewrite(child, to: &writer) }
    }
}
