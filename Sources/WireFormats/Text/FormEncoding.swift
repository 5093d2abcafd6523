/// One name and its value in a form or a query.
public struct FormField: Hashable, Sendable {
    public var name: String
    public var value: String

    public init(_ name: String, _ value: String) {
        self.name = name
        self.value = value
    }

    /// A field inside others: `FormField(["metadata", "booking"], id)` is `metadata[booking]`.
    public init(_ path: [String], _ value: String) {
        let inner = path.dropFirst().map { "[\($0)]" }.joined()
        self.init((path.first ?? "") + inner, value)
    }
}

/// `application/x-www-form-urlencoded` (WHATWG URL, section 5) and percent-encoding for queries (RFC 3986).
public enum FormEncoding {
    /// `a=1&metadata%5Bbooking%5D=b+c`, in the order given: a form's body, or a query without its `?`.
    public static func encode(_ fields: [FormField]) -> String {
        var bytes: [UInt8] = []
        for field in fields {
            if !bytes.isEmpty { bytes.append(UInt8(ascii: "&")) }
            append(field.name, to: &bytes, spaceAsPlus: true)
            bytes.append(UInt8(ascii: "="))
            append(field.value, to: &bytes, spaceAsPlus: true)
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Everything but RFC 3986's unreserved characters as `%XX`: for a segment of a path, or a value in a query.
    public static func percentEncode(_ text: some StringProtocol) -> String {
        var bytes: [UInt8] = []
        append(text, to: &bytes, spaceAsPlus: false)
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Reads a form's body or a query. A field without `=` has an empty value; empty fields are skipped.
    ///
    /// - Parameter limit: how many fields there may be.
    /// - Throws: `badEscape` for a `%` without two hexadecimal digits, `notUTF8`, `tooManyNodes`.
    public static func decode(
        _ bytes: some Collection<UInt8>, limit: Int = 1000
    ) throws(WireError) -> [FormField] {
        var fields: [FormField] = []
        for part in bytes.split(separator: UInt8(ascii: "&")) {
            guard fields.count < limit else { throw WireError(.tooManyNodes, detail: "too many form fields") }
            let halves = part.split(separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
            let name = try text(halves[0], plusAsSpace: true)
            fields.append(FormField(name, halves.count > 1 ? try text(halves[1], plusAsSpace: true) : ""))
        }
        return fields
    }

    /// Resolves the `%XX` of a path's segment.
    ///
    /// - Throws: `badEscape`, `notUTF8`.
    public static func percentDecode(_ text: some StringProtocol) throws(WireError) -> String {
        try self.text(text.utf8, plusAsSpace: false)
    }

    private static func append(_ text: some StringProtocol, to bytes: inout [UInt8], spaceAsPlus: Bool) {
        let digits = Array("0123456789ABCDEF".utf8)
        for byte in text.utf8 {
            if byte.isUnreserved {
                bytes.append(byte)
            } else if spaceAsPlus, byte == UInt8(ascii: " ") {
                bytes.append(UInt8(ascii: "+"))
            } else {
                bytes += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
    }

    private static func text(_ source: some Collection<UInt8>, plusAsSpace: Bool) throws(WireError) -> String {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(source.count)
        var reader = ByteReader(ArraySlice(source))
        while let byte = reader.next() {
            if byte == UInt8(ascii: "%") {
                guard let high = reader.next()?.hexadecimalValue, let low = reader.next()?.hexadecimalValue else {
                    throw WireError(.badEscape, detail: "% without two hexadecimal digits")
                }
                bytes.append(high << 4 | low)
            } else {
                bytes.append(plusAsSpace && byte == UInt8(ascii: "+") ? UInt8(ascii: " ") : byte)
            }
        }
        guard let text = String(validating: bytes, as: UTF8.self) else { throw WireError(.notUTF8) }
        return text
    }
}

extension UInt8 {
    /// RFC 3986, section 2.3. A form encodes `~` and keeps `*`; readers take both either way.
    fileprivate var isUnreserved: Bool {
        switch self {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
            UInt8(ascii: "~"):
            true
        default: false
        }
    }

    fileprivate var hexadecimalValue: UInt8? {
        switch self {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): self & 15
        case UInt8(ascii: "a")...UInt8(ascii: "f"), UInt8(ascii: "A")...UInt8(ascii: "F"): (self & 15) + 9
        default: nil
        }
    }
}
