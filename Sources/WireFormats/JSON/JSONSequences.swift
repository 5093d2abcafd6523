/// The elements of an array, in order.
public struct JSONElements: Sequence, Sendable {
    private let document: JSONDocument
    private let first: Int
    private let end: Int
    private let count: Int

    init(_ value: JSONValue) {
        let record = value.record
        document = value.document
        first = value.index + 1
        end = record.kind == .array ? record.next : first
        count = record.kind == .array ? record.count : 0
    }

    /// No elements.
    init(none document: JSONDocument) {
        self.document = document
        first = 0
        end = 0
        count = 0
    }

    public var isEmpty: Bool { count == 0 }
    public var underestimatedCount: Int { count }

    public func makeIterator() -> Iterator { Iterator(document: document, index: first, end: end) }

    public struct Iterator: IteratorProtocol {
        let document: JSONDocument
        var index: Int
        let end: Int

        public mutating func next() -> JSONValue? {
            guard index < end else { return nil }
            defer { index = document.node(index).next }
            return JSONValue(document: document, index: index)
        }
    }
}

/// The members of an object, in the order of the source, repeated keys included.
public struct JSONMembers: Sequence, Sendable {
    private let document: JSONDocument
    private let first: Int
    private let end: Int
    private let count: Int

    init(_ value: JSONValue) {
        let record = value.record
        document = value.document
        first = value.index + 1
        end = record.kind == .object ? record.next : first
        count = record.kind == .object ? record.count : 0
    }

    public var isEmpty: Bool { count == 0 }
    public var underestimatedCount: Int { count }

    public func makeIterator() -> Iterator { Iterator(document: document, index: first, end: end) }

    public struct Iterator: IteratorProtocol {
        let document: JSONDocument
        var index: Int
        let end: Int

        public mutating func next() -> (key: String, value: JSONValue)? {
            guard index < end else { return nil }
            defer { index = document.node(index + 1).next }
            return (document.text(of: document.node(index)), JSONValue(document: document, index: index + 1))
        }
    }
}
