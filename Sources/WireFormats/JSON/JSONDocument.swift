internal import CSimdJSON
public import FarePorts

/// Bounds on a JSON document.
public struct JSONLimits: Hashable, Sendable {
    /// Bytes of source.
    public var bytes: Int
    /// Values and keys.
    public var nodes: Int
    /// Objects and arrays inside each other.
    public var depth: Int

    /// The default fits the largest answer of a provider that a body limit of 32 MiB lets through.
    public init(bytes: Int = 33_554_432, nodes: Int = 4_000_000, depth: Int = 128) {
        self.bytes = bytes
        self.nodes = nodes
        self.depth = depth
    }
}

/// One JSON text, checked whole (RFC 8259), and kept beside a flat index of its values.
///
/// Nothing is copied out of the source until it is asked for, so that a large answer costs what is read of it. Where a
/// key is repeated in an object, the first counts.
// Sendable because it never changes once it is made: `nodes` is written by the parser only, before `init` returns.
public final class JSONDocument: @unchecked Sendable {
    /// The source, without its padding.
    let source: ArraySlice<UInt8>
    private let nodes: UnsafePointer<CSimdJSONNode>
    let nodeCount: Int

    /// Parses and checks a document.
    ///
    /// - Throws: `empty`, `malformed`, `notUTF8`, `badEscape`, or the limit that was passed.
    public init(_ source: PaddedBytes, limits: JSONLimits = JSONLimits()) throws(WireError) {
        let limits = CSimdJSONLimits(
            max_bytes: UInt32(clamping: limits.bytes), max_nodes: UInt32(clamping: limits.nodes),
            max_depth: UInt32(clamping: limits.depth))
        let tape = source.withUnsafeBytes { bytes in
            csimdjson_parse(bytes.assumingMemoryBound(to: UInt8.self).baseAddress, bytes.count, limits)
        }
        guard tape.code == CSIMDJSON_OK, let nodes = tape.nodes else { throw WireError(tape) }
        self.source = source.bytes
        self.nodes = UnsafePointer(nodes)
        nodeCount = Int(tape.count)
    }

    deinit { csimdjson_free(UnsafeMutablePointer(mutating: nodes)) }

    /// The value that the whole text is.
    public var root: JSONValue { JSONValue(document: self, index: 0) }

    func node(_ index: Int) -> JSONNodeRecord {
        // Every index comes from the tape itself, whose links the parser made: never from outside.
        assert(index >= 0 && index < nodeCount)
        return JSONNodeRecord(nodes[index])
    }
}

/// What the tape says of one value.
struct JSONNodeRecord {
    let kind: JSONKind
    let start: Int
    let end: Int
    /// Index of the first node behind this one and everything in it.
    let next: Int
    let info: UInt32

    init(_ node: CSimdJSONNode) {
        start = Int(node.start)
        end = Int(node.end)
        next = Int(node.next)
        info = node.info
        kind = JSONKind(info: node.info)
    }

    /// Whether a string's text differs from its source.
    var isEscaped: Bool { info & UInt32(CSIMDJSON_ESCAPED) != 0 }
    var isTrue: Bool { info & UInt32(CSIMDJSON_KIND_MASK) == UInt32(CSIMDJSON_TRUE) }
    /// Elements of an array, members of an object.
    var count: Int { Int(info >> UInt32(CSIMDJSON_COUNT_SHIFT)) }
}

extension JSONKind {
    init(info: UInt32) {
        switch info & UInt32(CSIMDJSON_KIND_MASK) {
        case UInt32(CSIMDJSON_OBJECT): self = .object
        case UInt32(CSIMDJSON_ARRAY): self = .array
        case UInt32(CSIMDJSON_STRING): self = .string
        case UInt32(CSIMDJSON_NUMBER): self = .number
        case UInt32(CSIMDJSON_NULL): self = .null
        default: self = .bool
        }
    }
}

extension WireError {
    init(_ tape: CSimdJSONTape) {
        let (code, detail): (Code, String) =
            switch tape.code {
            case CSIMDJSON_EMPTY: (.empty, "no JSON value")
            case CSIMDJSON_NOT_UTF8: (.notUTF8, "")
            case CSIMDJSON_UNCLOSED_STRING: (.malformed, "a string is not closed")
            case CSIMDJSON_CONTROL_CHARACTER: (.malformed, "a control character in a string")
            case CSIMDJSON_BAD_ESCAPE: (.badEscape, "")
            case CSIMDJSON_BAD_NUMBER: (.malformed, "not a number of JSON, or too long")
            case CSIMDJSON_TRAILING_CONTENT: (.malformed, "something follows the value")
            case CSIMDJSON_TOO_DEEP: (.tooDeep, "")
            case CSIMDJSON_TOO_MANY_NODES: (.tooManyNodes, "")
            case CSIMDJSON_TOO_LARGE: (.tooLarge, "")
            case CSIMDJSON_OUT_OF_MEMORY: (.outOfMemory, "")
            default: (.malformed, "not JSON")
            }
        self.init(code, offset: tape.offset == .max ? nil : Int(tape.offset), detail: detail)
    }
}
