internal import CExpat
internal import FarePorts
internal import Glibc

/// Builds a document's arrays from what expat calls out while it reads.
///
/// A value behind a plain pointer, not an object: checking access to each property of an object cost more than expat
/// itself.
struct XMLTreeBuilder {
    private(set) var nodes: [XMLNode] = []
    private(set) var attributes: [XMLAttribute] = []
    private(set) var names = XMLNameTable()
    private(set) var text: [UInt8] = []

    private let limits: XMLLimits
    private let parser: XML_Parser
    /// The elements that are open, outermost first.
    private var open: [Int] = []
    /// Text since the last tag, its white space still on.
    private var run: [UInt8] = []
    private var failure: WireError?

    private init(parser: XML_Parser, limits: XMLLimits) {
        self.parser = parser
        self.limits = limits
    }

    static func tree(of source: PaddedBytes, limits: XMLLimits) throws(WireError) -> XMLTreeBuilder {
        // Offsets are kept in 32 bits.
        guard source.count <= min(limits.bytes, 1 << 30) else { throw WireError(.tooLarge, offset: 0) }
        guard source.count > 0 else { throw WireError(.empty, offset: 0, detail: "no XML") }
        guard let parser = XML_ParserCreateNS(nil, XML_Char(XMLNameTable.separator)) else {
            throw WireError(.outOfMemory)
        }
        defer { XML_ParserFree(parser) }
        var builder = XMLTreeBuilder(parser: parser, limits: limits)
        setHandlers(parser)
        // Nobody else sees the builder while expat has its address.
        let status = withUnsafeMutablePointer(to: &builder) { address in
            XML_SetUserData(parser, address)
            return source.withUnsafeBytes { bytes in
                XML_Parse(
                    parser, bytes.assumingMemoryBound(to: CChar.self).baseAddress, Int32(bytes.count), Int32(XML_TRUE))
            }
        }
        if let failure = builder.failure { throw failure }
        guard status == XML_STATUS_OK, !builder.nodes.isEmpty else { throw builder.parserError() }
        return builder
    }

    private static func setHandlers(_ parser: XML_Parser) {
        XML_SetElementHandler(
            parser, { XMLTreeBuilder.at($0)?.pointee.start($1, $2) },
            { context, _ in XMLTreeBuilder.at(context)?.pointee.end() })
        XML_SetCharacterDataHandler(parser) { XMLTreeBuilder.at($0)?.pointee.characters($1, $2) }
        XML_SetStartDoctypeDeclHandler(parser) { context, _, _, _, _ in
            XMLTreeBuilder.at(context)?.pointee.fail(.doctype, "a document type declaration")
        }
    }

    private static func at(_ context: UnsafeMutableRawPointer?) -> UnsafeMutablePointer<XMLTreeBuilder>? {
        context?.assumingMemoryBound(to: XMLTreeBuilder.self)
    }

    // MARK: What expat calls

    private mutating func start(
        _ name: UnsafePointer<XML_Char>?, _ pairs: UnsafeMutablePointer<UnsafePointer<XML_Char>?>?
    ) {
        guard failure == nil else { return }
        flushRun()
        guard nodes.count < limits.elements else { return fail(.tooManyNodes, "too many elements") }
        guard open.count < limits.depth else { return fail(.tooDeep, "too many elements inside each other") }
        guard let name else { return }
        let id = names.id(of: Self.bytes(name))
        let first = attributes.count
        guard append(pairs) else { return }
        guard names.all.count <= limits.names else { return fail(.tooManyNodes, "too many names") }
        open.append(nodes.count)
        nodes.append(
            XMLNode(
                name: id, attributeStart: Int32(first), attributeCount: Int32(attributes.count - first), next: 0,
                textStart: Int32(text.count), textEnd: Int32(text.count), offset: Int32(clamping: offset)))
    }

    private mutating func end() {
        guard failure == nil else { return }
        flushRun()
        guard let index = open.popLast() else { return }
        nodes[index].next = Int32(nodes.count)
    }

    private mutating func characters(_ characters: UnsafePointer<XML_Char>?, _ length: Int32) {
        guard failure == nil, let characters, length > 0 else { return }
        let bytes = UnsafeRawBufferPointer(start: characters, count: Int(length))
        guard text.count + run.count + bytes.count <= limits.textBytes else { return fail(.tooLarge, "too much text") }
        run.append(contentsOf: bytes)
    }

    // MARK: Arrays

    /// Adds name and value pairs, ended by a null. False if the limit is passed.
    private mutating func append(_ pairs: UnsafeMutablePointer<UnsafePointer<XML_Char>?>?) -> Bool {
        guard var pair = pairs else { return true }
        let first = attributes.count
        while let name = pair[0], let value = pair[1] {
            let bytes = Self.bytes(value)
            guard attributes.count - first < limits.attributes else {
                fail(.tooManyNodes, "too many attributes")
                return false
            }
            guard text.count + bytes.count <= limits.textBytes else {
                fail(.tooLarge, "too much text")
                return false
            }
            let start = Int32(text.count)
            text.append(contentsOf: bytes)
            attributes.append(XMLAttribute(name: names.id(of: Self.bytes(name)), start: start, end: Int32(text.count)))
            pair += 2
        }
        return true
    }

    /// Gives the text since the last tag to the innermost open element.
    private mutating func flushRun() {
        guard !run.isEmpty else { return }
        defer { run.removeAll(keepingCapacity: true) }
        guard let index = open.last, let from = run.firstIndex(where: { !$0.isXMLSpace }),
            let to = run.lastIndex(where: { !$0.isXMLSpace })
        else { return }
        let earlier = Int(nodes[index].textStart)..<Int(nodes[index].textEnd)
        if earlier.isEmpty {
            nodes[index].textStart = Int32(text.count)
        } else {
            // Text around elements is rare in data: its parts are joined at the end, where the limit sees them.
            guard text.count + earlier.count + run.count < limits.textBytes else {
                return fail(.tooLarge, "too much text")
            }
            nodes[index].textStart = Int32(text.count)
            text.append(contentsOf: Array(text[earlier]))
            text.append(UInt8(ascii: " "))
        }
        text.append(contentsOf: run[from...to])
        nodes[index].textEnd = Int32(text.count)
    }

    // MARK: Errors

    private var offset: Int { Int(XML_GetCurrentByteIndex(parser)) }

    private mutating func fail(_ code: WireError.Code, _ detail: String) {
        failure = failure ?? WireError(code, offset: offset, detail: detail)
        XML_StopParser(parser, XML_Bool(XML_FALSE))
    }

    private func parserError() -> WireError {
        let code = XML_GetErrorCode(parser)
        let wireCode: WireError.Code =
            switch code {
            case XML_ERROR_NO_MEMORY: .outOfMemory
            case XML_ERROR_UNKNOWN_ENCODING: .unknownEncoding
            case XML_ERROR_NO_ELEMENTS: .empty
            case XML_ERROR_AMPLIFICATION_LIMIT_BREACH: .doctype
            default: .malformed
            }
        // expat's sentences are constants of its own: none quotes the document.
        let detail = XML_ErrorString(code).map { String(cString: $0) } ?? ""
        return WireError(wireCode, offset: offset >= 0 ? offset : nil, detail: detail)
    }

    private static func bytes(_ string: UnsafePointer<XML_Char>) -> UnsafeBufferPointer<UInt8> {
        let bytes = UnsafeRawPointer(string).assumingMemoryBound(to: UInt8.self)
        return UnsafeBufferPointer(start: bytes, count: strlen(string))
    }
}

extension UInt8 {
    /// XML 1.0, production 3.
    fileprivate var isXMLSpace: Bool { self == 0x20 || self == 0x0A || self == 0x0D || self == 0x09 }
}
