/// All zones' changes of offset, read once from `ZoneData`.
struct ZoneTable: Sendable {
    static let shared = ZoneTable(ZoneData.text)

    /// From one instant on, another offset.
    struct Change {
        /// Seconds since 1970.
        let instant: Int64
        /// Seconds east of UTC.
        let before: Int32
        let after: Int32
    }

    /// Where a zone's changes lie.
    struct Rules: Hashable {
        let start: Int32
        let end: Int32
        let firstOffset: Int32
    }

    /// By IANA name, old names too.
    let rules: [String: Rules]
    /// Those of one zone side by side, in order.
    private let changes: [Change]

    /// 1990-01-01T00:00:00Z.
    private static let dataStart: Int64 = 631_152_000

    private init(_ text: StaticString) {
        var rules: [String: Rules] = [:]
        var changes: [Change] = []
        let bytes = UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount)
        for line in bytes.split(separator: UInt8(ascii: "\n")) {
            let halves = line.split(separator: UInt8(ascii: "|"))
            let start = changes.count
            let firstOffset = ZoneTable.read(halves[1], into: &changes)
            let found = Rules(start: Int32(start), end: Int32(changes.count), firstOffset: firstOffset)
            for name in halves[0].split(separator: UInt8(ascii: " ")) {
                rules[String(decoding: name, as: UTF8.self)] = found
            }
        }
        self.rules = rules
        self.changes = changes
    }

    /// Appends a line's changes; returns the offset before them.
    private static func read(_ numbers: Swift.Slice<UnsafeBufferPointer<UInt8>>, into changes: inout [Change]) -> Int32
    {
        let minutes = numbers.split(separator: UInt8(ascii: " ")).map(ASCIIInteger.read)
        let firstOffset = Int32(minutes[0] * 60)
        var instant = dataStart
        var before = firstOffset
        for index in stride(from: 1, to: minutes.count, by: 2) {
            instant += Int64(minutes[index]) * 60
            let after = Int32(minutes[index + 1] * 60)
            changes.append(Change(instant: instant, before: before, after: after))
            before = after
        }
        return firstOffset
    }

    func withChanges<Result>(of rules: Rules, _ body: (UnsafeBufferPointer<Change>) -> Result) -> Result {
        changes.withUnsafeBufferPointer { all in
            body(UnsafeBufferPointer(rebasing: all[Int(rules.start)..<Int(rules.end)]))
        }
    }
}

/// Reads whole numbers from the generated tables, which are known to hold nothing else there.
enum ASCIIInteger {
    static func read(_ digits: some Sequence<UInt8>) -> Int {
        var value = 0
        var isNegative = false
        for byte in digits {
            if byte == UInt8(ascii: "-") {
                isNegative = true
            } else {
                value = value * 10 + Int(byte - UInt8(ascii: "0"))
            }
        }
        return isNegative ? -value : value
    }
}
