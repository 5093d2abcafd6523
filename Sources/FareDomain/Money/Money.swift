/// An exact amount of one currency, in its minor units. Never a floating-point number.
public struct Money: Hashable, Sendable, Codable {
    /// The amount in the currency's minor units: 12345 is 123.45 GBP, or 12345 JPY.
    public let minorUnits: Int64
    public let currency: Currency

    public init(minorUnits: Int64, currency: Currency) {
        self.minorUnits = minorUnits
        self.currency = currency
    }

    /// No money, in `currency`.
    public static func zero(_ currency: Currency) -> Money { Money(minorUnits: 0, currency: currency) }

    public var isNegative: Bool { minorUnits < 0 }

    /// - Throws: `currencyMismatch`, or `overflow` past Int64.
    public func adding(_ other: Money) throws(MoneyError) -> Money {
        guard currency == other.currency else { throw .currencyMismatch(currency, other.currency) }
        let (sum, overflow) = minorUnits.addingReportingOverflow(other.minorUnits)
        guard !overflow else { throw .overflow }
        return Money(minorUnits: sum, currency: currency)
    }

    /// - Throws: `currencyMismatch`, or `overflow` past Int64.
    public func subtracting(_ other: Money) throws(MoneyError) -> Money {
        guard currency == other.currency else { throw .currencyMismatch(currency, other.currency) }
        let (difference, overflow) = minorUnits.subtractingReportingOverflow(other.minorUnits)
        guard !overflow else { throw .overflow }
        return Money(minorUnits: difference, currency: currency)
    }

    /// - Throws: `overflow` past Int64.
    public func multiplied(by factor: Int64) throws(MoneyError) -> Money {
        let (product, overflow) = minorUnits.multipliedReportingOverflow(by: factor)
        guard !overflow else { throw .overflow }
        return Money(minorUnits: product, currency: currency)
    }

    /// The nearest amount that is a multiple of `step`, and no more than this one or no less.
    ///
    /// - Parameter step: in minor units; one or less changes nothing.
    /// - Returns: rounded down where rounding up would pass what Int64 can hold.
    public func rounded(_ direction: RoundingDirection, toMultipleOf step: Int64) -> Money {
        guard step > 1 else { return self }
        var rest = minorUnits % step
        if rest < 0 { rest += step }
        guard rest != 0 else { return self }
        let (upper, overflow) = minorUnits.addingReportingOverflow(step - rest)
        if direction == .up, !overflow { return Money(minorUnits: upper, currency: currency) }
        let (lower, underflow) = minorUnits.subtractingReportingOverflow(rest)
        return underflow ? self : Money(minorUnits: lower, currency: currency)
    }

    /// Which way an amount goes that can't be paid exactly.
    public enum RoundingDirection: Sendable { case up, down }

    /// The decimal text with exactly the currency's minor digits: `123.45`, `0.05`, `-3.00`, `500`.
    public var amount: String {
        let exponent = currency.exponent
        guard exponent > 0 else { return String(minorUnits) }
        var digits = String(minorUnits.magnitude)
        if digits.count <= exponent {
            digits = String(repeating: "0", count: exponent + 1 - digits.count) + digits
        }
        let split = digits.index(digits.endIndex, offsetBy: -exponent)
        return (isNegative ? "-" : "") + digits[..<split] + "." + digits[split...]
    }
}

extension Money: CustomStringConvertible {
    public var description: String { "\(amount) \(currency.code)" }
}

/// Why an amount could not be read or computed.
public enum MoneyError: Error, Hashable, Sendable {
    /// Not a decimal number at all.
    case notANumber
    /// More digits after the point than the currency has, and they are not zeros.
    case tooPrecise(Currency)
    /// Fewer or more digits after the point than the currency's own, where exactly those were asked for.
    case wrongNumberOfDigits(Currency)
    /// Past what Int64 minor units can hold.
    case overflow
    case currencyMismatch(Currency, Currency)
    /// There is no exchange rate from the first to the second.
    case noRate(Currency, Currency)
}
