/// What can be written as one JSON value.
public protocol JSONWritable {
    /// Writes exactly one value.
    func write(to writer: inout JSONWriter)
}

/// Writes one JSON text, in the order of the calls, into bytes that only grow.
///
/// ```swift
/// var writer = JSONWriter()
/// writer.object { writer in
///     writer.member("id", "ofr_1")
///     writer.member("total", offer.total)
///     writer.array("segments") { writer in
///         for segment in segments { writer.value(segment) }
///     }
/// }
/// ```
/// Commas come by themselves. Whoever calls decides the structure: a key outside an object is written as told.
public struct JSONWriter: Sendable {
    /// What was written so far: a whole JSON text once the outermost value is closed.
    public private(set) var bytes: [UInt8] = []
    /// Whether a value stands before the next one, inside the same container.
    private var followsValue = false

    /// - Parameter capacity: bytes to make room for at once.
    public init(reserving capacity: Int = 512) {
        bytes.reserveCapacity(capacity)
    }

    /// What was written, as text.
    public var text: String { String(decoding: bytes, as: UTF8.self) }

    // MARK: Values

    public mutating func object<Failure: Error>(
        _ body: (inout JSONWriter) throws(Failure) -> Void
    ) throws(Failure) {
        open(UInt8(ascii: "{"))
        try body(&self)
        close(UInt8(ascii: "}"))
    }

    public mutating func array<Failure: Error>(
        _ body: (inout JSONWriter) throws(Failure) -> Void
    ) throws(Failure) {
        open(UInt8(ascii: "["))
        try body(&self)
        close(UInt8(ascii: "]"))
    }

    public mutating func value(_ value: some JSONWritable) { value.write(to: &self) }

    public mutating func null() { scalar("null") }

    /// One JSON value as it stands: a slice of another document. It is not checked.
    public mutating func raw(_ value: some Sequence<UInt8>) {
        separate()
        bytes.append(contentsOf: value)
        followsValue = true
    }

    // MARK: Members of an object

    /// The name of the value that is written next.
    public mutating func key(_ name: String) {
        separate()
        appendQuoted(name)
        bytes.append(UInt8(ascii: ":"))
        followsValue = false
    }

    public mutating func member(_ name: String, _ value: some JSONWritable) {
        key(name)
        value.write(to: &self)
    }

    /// Writes nothing at all for nil; `member(_:_:)` writes null.
    public mutating func memberIfPresent(_ name: String, _ value: (some JSONWritable)?) {
        if let value { member(name, value) }
    }

    /// The value as it stands: a slice of another document. It is not checked.
    public mutating func member(_ name: String, raw value: some Sequence<UInt8>) {
        key(name)
        raw(value)
    }

    public mutating func object<Failure: Error>(
        _ name: String, _ body: (inout JSONWriter) throws(Failure) -> Void
    ) throws(Failure) {
        key(name)
        try object(body)
    }

    public mutating func array<Failure: Error>(
        _ name: String, _ body: (inout JSONWriter) throws(Failure) -> Void
    ) throws(Failure) {
        key(name)
        try array(body)
    }

    // MARK: Bytes

    /// Writes a value that is plain ASCII: a number, `true`, `null`.
    mutating func scalar(_ text: String) {
        separate()
        bytes.append(contentsOf: text.utf8)
        followsValue = true
    }

    mutating func string(_ text: String) {
        separate()
        appendQuoted(text)
        followsValue = true
    }

    private mutating func open(_ byte: UInt8) {
        separate()
        bytes.append(byte)
        followsValue = false
    }

    private mutating func close(_ byte: UInt8) {
        bytes.append(byte)
        followsValue = true
    }

    private mutating func separate() {
        if followsValue { bytes.append(UInt8(ascii: ",")) }
    }

    private mutating func appendQuoted(_ text: String) {
        var text = text
        bytes.append(UInt8(ascii: "\""))
        text.withUTF8 { utf8 in
            var written = 0
            for (position, byte) in utf8.enumerated() where byte.needsEscape {
                bytes.append(contentsOf: utf8[written..<position])
                appendEscape(byte)
                written = position + 1
            }
            bytes.append(contentsOf: utf8[written...])
        }
        bytes.append(UInt8(ascii: "\""))
    }

    private mutating func appendEscape(_ byte: UInt8) {
        let short: Unicode.Scalar? =
            switch byte {
            case 0x08: "b"
            case 0x09: "t"
            case 0x0A: "n"
            case 0x0C: "f"
            case 0x0D: "r"
            case UInt8(ascii: "\""): "\""
            case UInt8(ascii: "\\"): "\\"
            default: nil
            }
        bytes.append(UInt8(ascii: "\\"))
        if let short {
            bytes.append(UInt8(ascii: short))
        } else {
            let digits = Array("0123456789abcdef".utf8)
            bytes.append(contentsOf: "u00".utf8)
            bytes += [digits[Int(byte >> 4)], digits[Int(byte & 15)]]
        }
    }
}

extension UInt8 {
    /// RFC 8259, section 7.
    fileprivate var needsEscape: Bool { self < 0x20 || self == UInt8(ascii: "\"") || self == UInt8(ascii: "\\") }
}
