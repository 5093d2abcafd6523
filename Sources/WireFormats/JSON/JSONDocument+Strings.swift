internal import Glibc

extension JSONDocument {
    /// The text of a string node, its escapes resolved.
    func text(of record: JSONNodeRecord) -> String {
        let inside = source[record.start + 1..<record.end - 1]
        return record.isEscaped
            ? String(decoding: unescaped(inside), as: UTF8.self) : String(decoding: inside, as: UTF8.self)
    }

    /// The UTF-8 of a string node, its escapes resolved.
    func utf8(of record: JSONNodeRecord) -> ArraySlice<UInt8> {
        let inside = source[record.start + 1..<record.end - 1]
        return record.isEscaped ? ArraySlice(unescaped(inside)) : inside
    }

    /// Whether a string node reads `key`.
    func matches(_ record: JSONNodeRecord, _ key: UnsafeBufferPointer<UInt8>) -> Bool {
        let length = record.end - record.start - 2
        if record.isEscaped { return utf8(of: record).elementsEqual(key) }
        guard length == key.count, let wanted = key.baseAddress else { return length == key.count }
        return source.withUnsafeBufferPointer { slice in
            guard let base = slice.baseAddress else { return false }
            return memcmp(base + record.start + 1, wanted, length) == 0
        }
    }
}

/// Resolves the escapes of a string's inside, which the parser has checked.
private func unescaped(_ source: ArraySlice<UInt8>) -> [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(source.count)
    var rest = source
    while let byte = rest.popFirst() {
        guard byte == UInt8(ascii: "\\"), let escape = rest.popFirst() else {
            result.append(byte)
            continue
        }
        switch escape {
        case UInt8(ascii: "b"): result.append(0x08)
        case UInt8(ascii: "f"): result.append(0x0C)
        case UInt8(ascii: "n"): result.append(0x0A)
        case UInt8(ascii: "r"): result.append(0x0D)
        case UInt8(ascii: "t"): result.append(0x09)
        case UInt8(ascii: "u"): appendCodePoint(from: &rest, to: &result)
        default: result.append(escape)
        }
    }
    return result
}

/// Reads the digits behind `\u`, and the second half where they are the first of a surrogate pair.
private func appendCodePoint(from rest: inout ArraySlice<UInt8>, to result: inout [UInt8]) {
    var code = hexadecimal(rest.prefix(4))
    rest = rest.dropFirst(4)
    if (0xD800..<0xDC00).contains(code) {
        let low = hexadecimal(rest.dropFirst(2).prefix(4))
        rest = rest.dropFirst(6)
        code = 0x10000 + (code - 0xD800) << 10 + (low &- 0xDC00) & 0x3FF
    }
    // The parser refuses lone surrogates; the replacement character stands in case it ever does not.
    let scalar = Unicode.Scalar(code) ?? "\u{FFFD}"
    result.append(contentsOf: Array(String(Character(scalar)).utf8))
}

private func hexadecimal(_ digits: ArraySlice<UInt8>) -> UInt32 {
    digits.reduce(0) { value, digit in
        let nibble = digit <= UInt8(ascii: "9") ? digit & 0x0F : (digit & 0x0F) + 9
        return value << 4 | UInt32(nibble)
    }
}
