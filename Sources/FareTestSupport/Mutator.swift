/// Spoils documents, repeatably: the same seed gives the same inputs in the same order.
///
/// It knows no format. Its changes are those that make trouble in JSON, XML, dates and headers alike: bits, lengths,
/// digits, quotes, brackets and tags.
public struct Mutator: Sendable {
    /// Print this with a failure: it brings the input back.
    public let seed: UInt64
    private var state: UInt64

    public init(seed: UInt64) {
        self.seed = seed
        state = seed
    }

    /// A spoilt copy of one of `samples`: one to four changes, now and then with a piece of another sample.
    ///
    /// - Parameters:
    ///   - samples: valid documents. None: the answer is empty.
    ///   - limit: the most bytes an answer may have.
    public mutating func next(from samples: [[UInt8]], limit: Int = 65_536) -> [UInt8] {
        guard !samples.isEmpty else { return [] }
        var bytes = samples[below(samples.count)]
        // Every other one has a single change, which leaves the most for a reader to read.
        let changes = below(2) == 0 ? 1 : 1 + below(4)
        for _ in 0..<changes {
            let other = samples[below(samples.count)]
            change(&bytes, other: other)
        }
        return Array(bytes.prefix(limit))
    }

    /// A spoilt copy of `bytes`.
    public mutating func next(from bytes: [UInt8]) -> [UInt8] { next(from: [bytes]) }

    /// A number in 0..<`bound`; 0 for a bound below 1.
    public mutating func below(_ bound: Int) -> Int {
        bound > 0 ? Int(random() % UInt64(bound)) : 0
    }

    // SplitMix64 (G. Steele, D. Lea, C. Flood, "Fast Splittable Pseudorandom Number Generators", 2014).
    private mutating func random() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    private mutating func change(_ bytes: inout [UInt8], other: [UInt8]) {
        guard !bytes.isEmpty else {
            bytes = Mutator.awkward[below(Mutator.awkward.count)]
            return
        }
        let position = below(bytes.count)
        switch below(13) {
        case 0: bytes[position] ^= 1 << UInt8(below(8))
        case 1: bytes[position] = UInt8(below(256))
        case 2: bytes.removeSubrange(position...)
        case 3: bytes.removeSubrange(piece(of: bytes))
        case 4: bytes.insert(contentsOf: Array(bytes[piece(of: bytes)]), at: position)
        case 5: bytes.insert(contentsOf: Array(other[piece(of: other)]), at: position)
        case 6: bytes.insert(contentsOf: Mutator.awkward[below(Mutator.awkward.count)], at: position)
        case 7: replaceNumber(in: &bytes, from: position)
        case 8: replaceSign(in: &bytes, from: position)
        case 9: swapPieces(in: &bytes)
        default: replaceValue(in: &bytes, from: position)
        }
    }

    /// A range of up to 64 bytes.
    private mutating func piece(of bytes: [UInt8]) -> Range<Int> {
        let start = below(bytes.count)
        return start..<min(bytes.count, start + 1 + below(64))
    }

    /// Puts another number in the place of the first one behind `position`.
    private mutating func replaceNumber(in bytes: inout [UInt8], from position: Int) {
        guard let start = bytes[position...].firstIndex(where: Mutator.isDigit) else { return }
        let end = bytes[start...].firstIndex { !Mutator.isDigit($0) } ?? bytes.count
        bytes.replaceSubrange(start..<end, with: Mutator.numbers[below(Mutator.numbers.count)])
    }

    /// Puts another value in the place of the first member or text behind `position`, so that the document mostly stays
    /// well-formed and only means something else.
    private mutating func replaceValue(in bytes: inout [UInt8], from position: Int) {
        let begins = [UInt8(ascii: ":"), UInt8(ascii: ">"), UInt8(ascii: "=")]
        guard let sign = bytes[position...].firstIndex(where: begins.contains) else { return }
        let ends = Array("<,}]&".utf8)
        let end = bytes[(sign + 1)...].firstIndex(where: ends.contains) ?? bytes.count
        bytes.replaceSubrange((sign + 1)..<end, with: Mutator.values[below(Mutator.values.count)])
    }

    /// Puts another sign of a format in the place of the first one behind `position`: a quote becomes a bracket.
    private mutating func replaceSign(in bytes: inout [UInt8], from position: Int) {
        guard let index = bytes[position...].firstIndex(where: Mutator.signs.contains) else { return }
        bytes[index] = Mutator.signs[below(Mutator.signs.count)]
    }

    /// Exchanges two pieces that a tag, a quote or a comma begins: members, elements, tags.
    private mutating func swapPieces(in bytes: inout [UInt8]) {
        let starts = (0..<4).compactMap { _ in bytes[below(bytes.count)...].firstIndex(where: Mutator.signs.contains) }
        guard let first = starts.min(), let second = starts.max(), first < second else { return }
        let length = min(second - first, bytes.count - second, 1 + below(32))
        for offset in 0..<length { bytes.swapAt(first + offset, second + offset) }
    }

    private static func isDigit(_ byte: UInt8) -> Bool { byte >= 0x30 && byte <= 0x39 }

    private static let signs = Array(#"{}[]":,<>/&;'-+.TZ%="#.utf8)
    private static let numbers = [
        "", "-", "0", "-1", "00", "1.", "1e9999", "9223372036854775808", "-9223372036854775809", "4294967296",
        "0.000000000000000000001", "1970", "32", "61", "1E-2", String(repeating: "9", count: 400),
    ].map { Array($0.utf8) }
    private static let values =
        numbers
        + [
            "null", "true", #""""#, "[]", "{}", "[null]", #"{"a":1}"#, #""2026-02-30T25:61:00""#, #""-""#, #""PT""#,
            #""0.001""#,
            #""XXX""#, #""\u0000""#, "2026-02-30", "PT", "XXX", "é",
        ].map { Array($0.utf8) }
    private static let awkward =
        [
            "\"", "\\", "\\u", #"\uD800"#, #"\uDC00\uD800"#, "{}", "[[[[[[[[[[", "null", "true", "\u{FEFF}", "<a>",
            "</a>",
            "<![CDATA[", "]]>", "<!--", "&#0;", "&amp;", "&x;", "<!DOCTYPE a>", "<?xml version=\"1.0\"?>", "\r\n", "%",
            "%zz",
            "-", "P", "T", String(repeating: "[", count: 300), String(repeating: "<b>", count: 300),
        ].map { Array($0.utf8) } + [
            [0], [0xFF, 0xFE], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xC3],
        ]
}
