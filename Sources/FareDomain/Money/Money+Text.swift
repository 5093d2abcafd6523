/// Which neighbour an amount goes to that falls between two.
public enum Rounding: Sendable {
    /// The next one above: never less than the exact amount. For what a charge is accepted against.
    case up
    /// The next one below: never more than the exact amount. For the most that a limit allows.
    case down
    /// The nearest; from the middle, the one whose last digit is even. For comparing and showing.
    case halfEven
}

extension Money {
    /// Reads an amount as a provider writes it: `-12`, `0`, `126`, `162.00000000000000000000`, `1.5e2`. Zeros past the
    /// currency's digits are fine; other digits there are not.
    ///
    /// - Parameter text: ASCII, without blanks.
    /// - Throws: `notANumber`, `tooPrecise`, `overflow`.
    public init(decimal text: Span<UInt8>, currency: Currency) throws(MoneyError) {
        try self.init(ExactDecimal(text), currency: currency)
    }

    /// Reads an amount as a provider writes it, from bytes. See `init(decimal:currency:)` of a span.
    ///
    /// - Throws: `notANumber`, `tooPrecise`, `overflow`.
    public init(decimal text: some Collection<UInt8>, currency: Currency) throws(MoneyError) {
        try self.init(decimal: Array(text).span, currency: currency)
    }

    /// Reads an amount as a provider writes it. See `init(decimal:currency:)` of a span.
    ///
    /// - Throws: `notANumber`, `tooPrecise`, `overflow`.
    public init(decimal text: some StringProtocol, currency: Currency) throws(MoneyError) {
        let text = String(text)
        try self.init(decimal: text.utf8.span, currency: currency)
    }

    /// The same amount of a currency, if its minor units can say it exactly.
    ///
    /// - Throws: `tooPrecise`, `overflow`.
    public init(_ decimal: ExactDecimal, currency: Currency) throws(MoneyError) {
        // The mantissa ends in no zero, so that a longer scale always means digits that are lost.
        guard decimal.scale <= currency.exponent else { throw .tooPrecise(currency) }
        let scaled = try decimal.mantissa.timesPowerOfTen(currency.exponent - decimal.scale)
        guard let units = Int64(exactly: scaled) else { throw .overflow }
        self.init(minorUnits: units, currency: currency)
    }

    /// The amount in minor units that is nearest by `rounding`. For providers that send amounts with the noise of
    /// binary fractions (`134.99000549316406`); everyone else wants the exact one.
    ///
    /// - Throws: `overflow`.
    public init(_ decimal: ExactDecimal, currency: Currency, rounding: Rounding) throws(MoneyError) {
        let surplus = decimal.scale - currency.exponent
        guard surplus > 0 else {
            try self.init(decimal, currency: currency)
            return
        }
        // An Int128 has 39 digits at most, so that with more than 39 to lose it is nearer to zero than to the middle;
        // and 10^38 is still on that side of every mantissa's half.
        guard surplus <= 38 else {
            let units: Int64 =
                switch rounding {
                case .up: decimal.mantissa > 0 ? 1 : 0
                case .down: decimal.mantissa < 0 ? -1 : 0
                case .halfEven: 0
                }
            self.init(minorUnits: units, currency: currency)
            return
        }
        let quotient = decimal.mantissa.divided(by: try Int128(1).timesPowerOfTen(surplus), rounding)
        guard let units = Int64(exactly: quotient) else { throw .overflow }
        self.init(minorUnits: units, currency: currency)
    }

    /// Reads an amount as our own API wants it: exactly the currency's digits (`0.50` GBP, `500` JPY), a digit before
    /// the point, no needless leading zero, no plus sign, no exponent.
    ///
    /// - Throws: `notANumber`; `wrongNumberOfDigits`; `overflow`.
    public init(exactly text: some StringProtocol, currency: Currency) throws(MoneyError) {
        let digits = text.utf8.first == UInt8(ascii: "-") ? text.utf8.dropFirst() : text.utf8[...]
        let parts = digits.split(separator: UInt8(ascii: "."), maxSplits: 1, omittingEmptySubsequences: false)
        let isDigits = parts.allSatisfy { part in
            !part.isEmpty && part.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        }
        guard isDigits, let integer = parts.first, integer.count == 1 || integer.first != UInt8(ascii: "0") else {
            throw .notANumber
        }
        guard (parts.count > 1 ? parts[1].count : 0) == currency.exponent else { throw .wrongNumberOfDigits(currency) }
        try self.init(decimal: text, currency: currency)
    }
}

extension Int128 {
    /// - Parameter power: not negative.
    /// - Throws: `overflow`.
    func timesPowerOfTen(_ power: Int) throws(MoneyError) -> Int128 {
        guard self != 0 else { return 0 }
        var result = self
        for _ in 0..<power {
            let (product, overflow) = result.multipliedReportingOverflow(by: 10)
            guard !overflow else { throw .overflow }
            result = product
        }
        return result
    }

    /// - Parameter divisor: positive.
    func divided(by divisor: Int128, _ rounding: Rounding) -> Int128 {
        let (quotient, rest) = quotientAndRemainder(dividingBy: divisor)
        guard rest != 0 else { return quotient }
        switch rounding {
        case .up:
            return rest > 0 ? quotient + 1 : quotient
        case .down:
            return rest < 0 ? quotient - 1 : quotient
        case .halfEven:
            // Compared with what is missing to the divisor rather than doubled, which could overflow.
            let size = Int128(rest.magnitude)
            let awayFromZero = size > divisor - size || (size == divisor - size && !quotient.isMultiple(of: 2))
            return awayFromZero ? quotient + rest.signum() : quotient
        }
    }
}
