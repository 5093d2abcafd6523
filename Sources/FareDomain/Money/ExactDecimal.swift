/// A decimal number as it was written, exactly: `mantissa × 10^-scale`, up to 38 significant digits.
///
/// What amounts and exchange rates are read into. Two of the same value are equal, however they were written: `1.50`
/// and `15e-1` are the same.
public struct ExactDecimal: Hashable, Sendable {
    /// Ends in no zero, unless the whole number is zero.
    public let mantissa: Int128
    /// Digits after the point; negative for a number that ends in zeros (`1200` is 12 and -2).
    public let scale: Int

    /// Exponents past this are refused: no amount or rate comes near.
    static let scaleLimit = 1000

    /// Reads `-12`, `0`, `126`, `162.00000000000000000000`, `.5`, `5.`, `+1.5`, `1.5e2`. Nothing else: no blanks, no
    /// digit groups, no comma, no `NaN`.
    ///
    /// - Parameter text: ASCII.
    /// - Throws: `notANumber`; `overflow` past 38 significant digits.
    public init(_ text: Span<UInt8>) throws(MoneyError) {
        var reader = DecimalReader()
        try reader.read(text)
        guard reader.mantissa != 0 else {
            mantissa = 0
            scale = 0
            return
        }
        let scale = reader.fractionDigits - reader.pendingZeros - reader.exponent
        guard (-Self.scaleLimit...Self.scaleLimit).contains(scale) else { throw .overflow }
        mantissa = reader.isNegative ? -reader.mantissa : reader.mantissa
        self.scale = scale
    }

    /// - Parameter mantissa: may end in zeros; they are taken off.
    init(_ mantissa: Int128, scale: Int) {
        var mantissa = mantissa
        var scale = mantissa == 0 ? 0 : scale
        while mantissa != 0, mantissa.isMultiple(of: 10) {
            mantissa /= 10
            scale -= 1
        }
        self.mantissa = mantissa
        self.scale = scale
    }

    /// Reads the same forms as from bytes.
    ///
    /// - Throws: `notANumber`; `overflow` past 38 significant digits.
    public init(_ text: some StringProtocol) throws(MoneyError) {
        let text = String(text)
        try self.init(text.utf8.span)
    }
}

extension ExactDecimal: CustomStringConvertible {
    /// Without an exponent: `-1.5`, `0.000012`, `1200`.
    public var description: String {
        guard scale > 0 else { return String(mantissa) + String(repeating: "0", count: -scale) }
        var digits = String(mantissa.magnitude)
        if digits.utf8.count <= scale {
            digits = String(repeating: "0", count: scale + 1 - digits.utf8.count) + digits
        }
        let split = digits.utf8.index(digits.endIndex, offsetBy: -scale)
        return (mantissa < 0 ? "-" : "") + digits[..<split] + "." + digits[split...]
    }
}

/// What is known of a decimal number half-way through its text.
private struct DecimalReader {
    var isNegative = false
    var mantissa: Int128 = 0
    var fractionDigits = 0
    var exponent = 0
    /// Zeros that are not in the mantissa yet: trailing ones, however many, never get there.
    var pendingZeros = 0

    mutating func read(_ text: Span<UInt8>) throws(MoneyError) {
        var index = 0
        if index < text.count, text[index] == UInt8(ascii: "-") || text[index] == UInt8(ascii: "+") {
            isNegative = text[index] == UInt8(ascii: "-")
            index += 1
        }
        let start = index
        var sawPoint = false
        reading: while index < text.count {
            switch text[index] {
            case UInt8(ascii: "0")...UInt8(ascii: "9"):
                try append(digit: text[index] - UInt8(ascii: "0"))
                if sawPoint { fractionDigits += 1 }
            case UInt8(ascii: ".") where !sawPoint:
                sawPoint = true
            default:
                break reading
            }
            index += 1
        }
        guard index - start > (sawPoint ? 1 : 0) else { throw .notANumber }
        guard index < text.count else { return }
        guard text[index] | 0x20 == UInt8(ascii: "e") else { throw .notANumber }
        exponent = try DecimalReader.exponent(text, from: index + 1)
    }

    private mutating func append(digit: UInt8) throws(MoneyError) {
        guard digit != 0 else {
            pendingZeros += mantissa == 0 ? 0 : 1
            return
        }
        // Nearly always one step: the zeros between digits are few.
        for _ in 0...pendingZeros { try shift() }
        pendingZeros = 0
        let (sum, overflow) = mantissa.addingReportingOverflow(Int128(digit))
        guard !overflow else { throw .overflow }
        mantissa = sum
    }

    private mutating func shift() throws(MoneyError) {
        let (product, overflow) = mantissa.multipliedReportingOverflow(by: 10)
        guard !overflow else { throw .overflow }
        mantissa = product
    }

    private static func exponent(_ text: Span<UInt8>, from start: Int) throws(MoneyError) -> Int {
        var index = start
        var isNegative = false
        if index < text.count, text[index] == UInt8(ascii: "-") || text[index] == UInt8(ascii: "+") {
            isNegative = text[index] == UInt8(ascii: "-")
            index += 1
        }
        guard index < text.count else { throw .notANumber }
        var value = 0
        while index < text.count {
            guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(text[index]) else { throw .notANumber }
            // Stops growing where it is out of range anyway, so that no number of digits overflows.
            value = min(value * 10 + Int(text[index] - UInt8(ascii: "0")), 1_000_000)
            index += 1
        }
        return isNegative ? -value : value
    }
}
