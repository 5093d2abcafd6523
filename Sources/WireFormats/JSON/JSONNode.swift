/// A small JSON value, built as a literal: the body of a request.
///
/// ```swift
/// let body: JSONNode = ["data": ["type": "hold", "offers": [.string(offer)], "passengers": .array(passengers)]]
/// ```
/// Members keep the order they are written in. What is large is written with `JSONWriter` instead.
public enum JSONNode: Hashable, Sendable {
    case null
    case bool(Bool)
    case int(Int64)
    case string(String)
    case array([JSONNode])
    case object([Member])
    /// One JSON value as it stands: a slice of another document, or a number's exact digits. It is not checked.
    case raw([UInt8])

    /// One name and its value in an object.
    public struct Member: Hashable, Sendable {
        public var name: String
        public var value: JSONNode

        public init(_ name: String, _ value: JSONNode) {
            self.name = name
            self.value = value
        }
    }

    /// The text of `string`, or null.
    public static func string(_ string: String?) -> JSONNode { string.map(JSONNode.string) ?? .null }

    /// `int`, or null.
    public static func int(_ int: Int) -> JSONNode { .int(Int64(int)) }

    /// As UTF-8 JSON, without white space.
    public var bytes: [UInt8] {
        var writer = JSONWriter()
        write(to: &writer)
        return writer.bytes
    }

    /// Adds a member to an object; leaves anything else alone.
    public mutating func append(_ name: String, _ value: JSONNode) {
        guard case .object(var members) = self else { return }
        self = .null
        members.append(Member(name, value))
        self = .object(members)
    }
}

extension JSONNode: JSONWritable {
    public func write(to writer: inout JSONWriter) {
        switch self {
        case .null: writer.null()
        case .bool(let bool): writer.value(bool)
        case .int(let int): writer.value(int)
        case .string(let string): writer.value(string)
        case .array(let elements): writer.value(elements)
        case .object(let members):
            writer.object { writer in
                for member in members { writer.member(member.name, member.value) }
            }
        case .raw(let bytes): writer.raw(bytes)
        }
    }
}

extension JSONNode: ExpressibleByStringInterpolation, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral,
    ExpressibleByNilLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
    public init(stringLiteral value: String) { self = .string(value) }
    public init(integerLiteral value: Int64) { self = .int(value) }
    public init(booleanLiteral value: Bool) { self = .bool(value) }
    public init(nilLiteral: ()) { self = .null }
    public init(arrayLiteral elements: JSONNode...) { self = .array(elements) }
    public init(dictionaryLiteral elements: (String, JSONNode)...) {
        self = .object(elements.map { Member($0.0, $0.1) })
    }
}
