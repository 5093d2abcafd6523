/// Writes one XML document, in the order of the calls, into bytes that only grow.
///
/// ```swift
/// var writer = XMLWriter()
/// writer.element("IATA_AirShoppingRQ", ["xmlns": namespace]) { writer in
///     writer.element("PayloadAttributes") { $0.element("VersionNumber", text: "19.2") }
/// }
/// ```
/// Names are written as told: they are our own, never a caller's.
public struct XMLWriter: Sendable {
    /// What was written so far: a whole document once the outermost element is closed.
    public private(set) var bytes: [UInt8] = []

    /// Attributes in the order they are written in.
    public typealias Attributes = KeyValuePairs<String, String>

    /// - Parameter declaration: whether to begin with the XML declaration.
    public init(declaration: Bool = true) {
        bytes.reserveCapacity(1024)
        if declaration { append(#"<?xml version="1.0" encoding="UTF-8"?>"#) }
    }

    /// What was written, as text.
    public var text: String { String(decoding: bytes, as: UTF8.self) }

    /// An element with others in it; `<name/>` if `body` writes nothing.
    public mutating func element<Failure: Error>(
        _ name: String, _ attributes: Attributes = [:], _ body: (inout XMLWriter) throws(Failure) -> Void
    ) throws(Failure) {
        start(name, attributes)
        let inside = bytes.count
        try body(&self)
        end(name, isEmpty: bytes.count == inside)
    }

    /// An element with text in it; `<name/>` if there is none.
    public mutating func element(_ name: String, _ attributes: Attributes = [:], text: String = "") {
        start(name, attributes)
        appendEscaped(text, inAttribute: false)
        end(name, isEmpty: text.isEmpty)
    }

    /// Writes nothing at all for nil.
    public mutating func elementIfPresent(_ name: String, text: String?) {
        if let text { element(name, text: text) }
    }

    private mutating func start(_ name: String, _ attributes: Attributes) {
        append("<" + name)
        for (key, value) in attributes {
            append(" " + key + "=\"")
            appendEscaped(value, inAttribute: true)
            append("\"")
        }
        append(">")
    }

    private mutating func end(_ name: String, isEmpty: Bool) {
        if isEmpty {
            bytes.removeLast()
            append("/>")
        } else {
            append("</" + name + ">")
        }
    }

    private mutating func append(_ text: String) { bytes.append(contentsOf: text.utf8) }

    /// XML 1.0 has no form at all for the other control characters, nor for U+FFFE and U+FFFF: they become U+FFFD.
    private mutating func appendEscaped(_ text: String, inAttribute: Bool) {
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": append("&amp;")
            case "<": append("&lt;")
            case ">": append("&gt;")
            case "\"" where inAttribute: append("&quot;")
            // A reader turns bare ones into spaces or line feeds.
            case "\r": append("&#13;")
            case "\t" where inAttribute: append("&#9;")
            case "\n" where inAttribute: append("&#10;")
            case "\u{0}"..."\u{8}", "\u{B}", "\u{C}", "\u{E}"..."\u{1F}", "\u{FFFE}", "\u{FFFF}": append("\u{FFFD}")
            default: bytes.append(contentsOf: UTF8.encode(scalar).map(Array.init) ?? [])
            }
        }
    }
}
