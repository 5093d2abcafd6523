/// Why bytes from outside could not be read.
///
/// Safe to log and to show: it has no values of the document, only places in it.
public struct WireError: Error, Hashable, Sendable {
    /// Stable: logs and tests go by it.
    public enum Code: String, Sendable {
        /// No document at all.
        case empty
        /// Not the format.
        case malformed
        case notUTF8 = "not_utf8"
        /// An escape sequence, a surrogate or a percent sign that stands for nothing.
        case badEscape = "bad_escape"
        /// More bytes than the limit.
        case tooLarge = "too_large"
        /// Nested beyond the limit.
        case tooDeep = "too_deep"
        /// More values, elements or attributes than the limit.
        case tooManyNodes = "too_many_nodes"
        /// A document type declaration: refused, as entities come with it.
        case doctype
        /// An XML encoding other than UTF-8, UTF-16, ISO-8859-1 and US-ASCII.
        case unknownEncoding = "unknown_encoding"
        /// A field that must be there is not, or is null.
        case missing
        /// A field of another kind than was asked for.
        case wrongKind = "wrong_kind"
        /// A field of the right kind whose value cannot be what it should be: a date, an amount, an integer.
        case badValue = "bad_value"
        case outOfMemory = "out_of_memory"
    }

    public var code: Code
    /// Bytes from the start of the document; nil where that is not known.
    public var offset: Int?
    /// Where in the document, `$.data.offers[3].total_amount`; empty where that is not known.
    public var path: String
    /// What was expected, in a few words.
    public var detail: String

    public init(_ code: Code, offset: Int? = nil, path: String = "", detail: String = "") {
        self.code = code
        self.offset = offset
        self.path = path
        self.detail = detail
    }
}

extension WireError: CustomStringConvertible {
    /// `bad_value at $.data.total_amount (byte 912): not a decimal number`
    public var description: String {
        var text = code.rawValue
        if !path.isEmpty { text += " at \(path)" }
        if let offset { text += " (byte \(offset))" }
        return detail.isEmpty ? text : text + ": " + detail
    }
}
