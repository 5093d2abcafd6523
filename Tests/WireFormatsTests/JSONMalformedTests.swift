import FarePorts
import Testing
import WireFormats

struct JSONMalformedTests {
    @Test(arguments: [
        "{", "}", "[", "]", "[1", "[1,", "[1,]", "[,1]", "[1 2]", "[1:2]", "{\"a\"}", "{\"a\":}", "{\"a\":1,}", "{,}",
        "{1:2}",
        "{\"a\" 1}", "{\"a\":1 \"b\":2}", "{\"a\":1]", "[1}", "{\"a\":1}}", "[] []", "1 2", "\"a\" \"b\"", "nul",
        "nulll", "tru", "True",
        "falsey", "'a'", "[1]x", "x", ":", ",", "\"a\"b", "[\"a\"1]", "// c\n1", "NaN", "Infinity", "undefined",
        "[truefalse]",
        "[1,\"a\"", "{\"a\":[}", "\"", "\"a", "[\"a]", "\"a\\\"", "\"\n\"", "\"\u{1}\"", "\"\u{0}\"", "\u{0}",
        "[1]\u{0}", "\u{C}1",
    ])
    func refusesWhatIsNotJSON(text: String) {
        let error = wireError { () throws(WireError) in try json(text) }
        #expect(error?.code == .malformed, "\(text.debugDescription): \(String(describing: error))")
    }

    @Test(arguments: [
        "01", "-", "-a", "+1", ".5", "1.", "1.e2", "1e", "1e+", "1E-", "0x10", "1_000", "--1", "00", "-01", "1.2.3",
        "1e5.5",
        String(repeating: "9", count: 513),
    ])
    func refusesNumbersOutsideTheGrammar(text: String) {
        for whole in [text, "[\(text)]", "{\"a\":\(text)}"] {
            #expect(wireError { () throws(WireError) in try json(whole) }?.code == .malformed, "\(whole)")
        }
    }

    @Test(arguments: [
        #""\x""#, #""\u""#, #""\u12""#, #""\u12G4""#, #""\uD800""#, #""\uDC00""#, #""\uD800\u0041""#,
        #""\uD800\uD800""#,
        #""\uD83D x""#, #""\'""#, #"{"\q":1}"#, #""aaaaaaaaaaaaaaaaaa\u000""#,
    ])
    func refusesEscapesThatStandForNothing(text: String) {
        #expect(wireError { () throws(WireError) in try json(text) }?.code == .badEscape)
    }

    @Test(arguments: ["", " ", "\n\t ", "\u{FEFF}"])
    func nothingIsEmpty(text: String) {
        #expect(wireError { () throws(WireError) in try json(text) }?.code == .empty)
    }

    @Test(
        arguments: [
            [0x80], [0xC0, 0x80], [0xC3], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xFF], [0xE2, 0x82],
            [0xF8, 0x88, 0x80, 0x80],
        ] as [[UInt8]])
    func refusesWhatIsNotUTF8(bytes: [UInt8]) {
        for whole in [[0x22] + bytes + [0x22], Array("{\"a\":[\"".utf8) + bytes + Array("\"]}".utf8)] {
            #expect(wireError { () throws(WireError) in try JSONDocument(PaddedBytes(whole)) }?.code == .notUTF8)
        }
    }

    @Test func everyTruncationIsAnError() throws {
        let whole = Array(sampleJSON.utf8)
        for length in 0..<whole.count {
            let part = PaddedBytes(Array(whole[..<length]))
            #expect(wireError { () throws(WireError) in try JSONDocument(part) } != nil, "\(length) bytes")
        }
    }

    @Test func errorsSayWhere() {
        #expect(wireError { () throws(WireError) in try json(#"{"a": 01}"#) }?.offset == 6)
        #expect(wireError { () throws(WireError) in try json(#"{"a": [1, "\q"]}"#) }?.offset == 11)
        #expect(wireError { () throws(WireError) in try json("[1] 2") }?.offset == 4)
    }

    @Test func depthIsBounded() throws {
        func nested(_ depth: Int) -> String {
            String(repeating: "[", count: depth) + "1" + String(repeating: "]", count: depth)
        }
        #expect(try json(nested(128)).kind == .array)
        #expect(wireError { () throws(WireError) in try json(nested(129)) }?.code == .tooDeep)
        for deep in [
            nested(100_000), String(repeating: "[", count: 100_000), String(repeating: "{\"a\":", count: 100_000),
        ] {
            #expect(wireError { () throws(WireError) in try json(deep) }?.code == .tooDeep)
        }
        let unlimited = JSONLimits(depth: .max)
        #expect(try json(nested(100_000), limits: unlimited).count == 1)
    }

    @Test func sizeAndNodesAreBounded() throws {
        #expect(try json("[1,2]", limits: JSONLimits(bytes: 5)).count == 2)
        #expect(
            wireError { () throws(WireError) in try json("[1,2]", limits: JSONLimits(bytes: 4)) }?.code == .tooLarge)
        #expect(try json("[1,2]", limits: JSONLimits(nodes: 3)).count == 2)
        #expect(
            wireError { () throws(WireError) in try json("[1,2]", limits: JSONLimits(nodes: 2)) }?.code == .tooManyNodes
        )
        #expect(
            wireError { () throws(WireError) in try json("1", limits: JSONLimits(nodes: 0)) }?.code == .tooManyNodes)
        #expect(wireError { () throws(WireError) in try json("1", limits: JSONLimits(bytes: -1)) }?.code == .tooLarge)
    }

    @Test func aLargeDocumentLeavesThreadsParserUsable() throws {
        let large = "[" + String(repeating: #"{"k":"value"},"#, count: 400_000) + "1]"
        #expect(try json(large).count == 400_001)
        #expect(try json("[1]").count == 1)
    }

    @Test func parsesOnManyThreadsAtOnce() async throws {
        let source = PaddedBytes(sampleJSON)
        let counts = try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<64 {
                group.addTask { try JSONDocument(source).root.require("data").elements("offers").underestimatedCount }
            }
            return try await group.reduce(0, +)
        }
        #expect(counts == 128)
    }
}
