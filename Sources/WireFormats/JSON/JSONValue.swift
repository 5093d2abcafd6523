/// What a JSON value is.
public enum JSONKind: String, Sendable {
    case null, bool, number, string, array, object
}

/// One value of a document: two words that point into it, cheap to pass around. It keeps the document alive.
///
/// The plain accessors answer nil for another kind; those that `throw` say where and why.
public struct JSONValue: Sendable {
    let document: JSONDocument
    let index: Int

    init(document: JSONDocument, index: Int) {
        self.document = document
        self.index = index
    }

    var record: JSONNodeRecord { document.node(index) }

    public var kind: JSONKind { record.kind }
    public var isNull: Bool { record.kind == .null }

    /// The value as it stands in the source, byte for byte: an offer to echo back.
    public var rawBytes: ArraySlice<UInt8> {
        let record = record
        return document.source[record.start..<record.end]
    }

    /// The text of a string, its escapes resolved. Nil for any other kind.
    public var string: String? {
        let record = record
        guard record.kind == .string else { return nil }
        return document.text(of: record)
    }

    /// The digits of a number as they were sent. Nil for any other kind.
    public var rawNumber: String? {
        let record = record
        guard record.kind == .number else { return nil }
        return String(decoding: document.source[record.start..<record.end], as: UTF8.self)
    }

    /// A string's text or a number's digits as they were sent: providers write amounts as either. Nil for any other
    /// kind.
    public var decimalText: String? { string ?? rawNumber }

    /// A number without fraction or exponent that fits. Nil for anything else.
    public var int64: Int64? {
        let record = record
        guard record.kind == .number else { return nil }
        return Int64(digits: document.source[record.start..<record.end])
    }

    /// `int64` as an Int.
    public var int: Int? { int64.flatMap { Int(exactly: $0) } }

    public var bool: Bool? {
        let record = record
        return record.kind == .bool ? record.isTrue : nil
    }

    /// Whether this is the string `text`; allocates nothing.
    public func equals(_ text: StaticString) -> Bool {
        let record = record
        guard record.kind == .string else { return false }
        return text.withUTF8Buffer { document.matches(record, $0) }
    }

    /// Elements of an array or members of an object; 0 for any other kind.
    public var count: Int {
        let record = record
        return record.kind == .array || record.kind == .object ? record.count : 0
    }

    /// The elements of an array; none for any other kind.
    public var elements: JSONElements { JSONElements(self) }

    /// The members of an object in the order of the source; none for any other kind.
    public var members: JSONMembers { JSONMembers(self) }

    /// The member of that name: nil if there is none or this is no object. A null is a value: see `isNull`.
    public subscript(key: StaticString) -> JSONValue? {
        key.withUTF8Buffer { member(utf8: $0) }
    }

    /// The member of that name, for names that are known only at run time.
    public func member(named name: some StringProtocol) -> JSONValue? {
        var name = String(name)
        return name.withUTF8 { member(utf8: $0) }
    }

    private func member(utf8 key: UnsafeBufferPointer<UInt8>) -> JSONValue? {
        let record = record
        guard record.kind == .object else { return nil }
        var keyIndex = index + 1
        while keyIndex < record.next {
            if document.matches(document.node(keyIndex), key) {
                return JSONValue(document: document, index: keyIndex + 1)
            }
            keyIndex = document.node(keyIndex + 1).next
        }
        return nil
    }
}

extension Int64 {
    /// The value of `-?[0-9]+`; nil for anything else, and where it does not fit.
    init?(digits: ArraySlice<UInt8>) {
        let isNegative = digits.first == UInt8(ascii: "-")
        let digits = isNegative ? digits.dropFirst() : digits
        guard !digits.isEmpty else { return nil }
        // Counted down, as the least Int64 has no positive counterpart.
        var value: Int64 = 0
        for byte in digits {
            guard (0x30...0x39).contains(byte) else { return nil }
            let (tenfold, overflow) = value.multipliedReportingOverflow(by: 10)
            let (sum, carried) = tenfold.subtractingReportingOverflow(Int64(byte - 0x30))
            guard !overflow, !carried else { return nil }
            value = sum
        }
        guard !isNegative else {
            self = value
            return
        }
        guard value != .min else { return nil }
        self = -value
    }
}
