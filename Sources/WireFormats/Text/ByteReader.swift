/// Reads short ASCII forms from left to right: dates, durations, percent escapes.
struct ByteReader {
    private var rest: ArraySlice<UInt8>

    init(_ bytes: ArraySlice<UInt8>) { rest = bytes }

    var isAtEnd: Bool { rest.isEmpty }
    var peek: UInt8? { rest.first }

    mutating func next() -> UInt8? { rest.popFirst() }

    /// Steps over `byte` if it is next, and says whether it was.
    mutating func take(_ byte: Unicode.Scalar) -> Bool {
        guard rest.first == UInt8(ascii: byte) else { return false }
        rest.removeFirst()
        return true
    }

    /// Steps over `text` if it is next, and says whether it was.
    mutating func take(text: String) -> Bool {
        guard rest.starts(with: text.utf8) else { return false }
        rest.removeFirst(text.utf8.count)
        return true
    }

    /// A number of exactly `count` digits, at most 9; nil, with nothing read, if they are not there.
    mutating func number(digits count: Int) -> Int? {
        let digits = rest.prefix(count)
        guard digits.count == count, digits.allSatisfy(\.isASCIIDigit) else { return nil }
        rest.removeFirst(count)
        return digits.reduce(0) { $0 * 10 + Int($1 - 0x30) }
    }

    /// One digit or more; nil if there is none, or the number does not fit.
    mutating func number() -> Int? {
        let digits = rest.prefix(while: \.isASCIIDigit)
        guard let value = Int64(digits: digits) else { return nil }
        rest.removeFirst(digits.count)
        return Int(exactly: value)
    }

    /// The digits behind a decimal sign as nanoseconds, finer ones cut off; nil if there is no digit.
    mutating func nanoseconds() -> Int? {
        let digits = rest.prefix(while: \.isASCIIDigit)
        guard !digits.isEmpty else { return nil }
        rest.removeFirst(digits.count)
        let nine = digits.prefix(9)
        let value = nine.reduce(0) { $0 * 10 + Int($1 - 0x30) }
        return (nine.count..<9).reduce(value) { result, _ in result * 10 }
    }
}

extension UInt8 {
    var isASCIIDigit: Bool { self >= 0x30 && self <= 0x39 }
}

/// `number` in at least `width` digits, with leading zeros.
func zeroPadded(_ number: Int, _ width: Int) -> String {
    let digits = String(number)
    return digits.utf8.count >= width ? digits : String(repeating: "0", count: width - digits.utf8.count) + digits
}
