/// What one euro was worth in other currencies on one day, exactly as published.
public struct ExchangeRates: Hashable, Sendable {
    /// The day that the rates were published for.
    public let asOf: LocalDate
    /// How many of a currency one euro is. Positive; the euro's own is 1.
    private let rates: [Currency: ExactDecimal]

    /// A table of rates against the euro, as the European Central Bank publishes them.
    ///
    /// - Parameter perEuro: how many of the currency one euro is, as decimal text: `1.0823` for USD. A currency that
    ///   comes twice has its last rate; the euro's is 1, whatever is said.
    /// - Throws: `notANumber` for a rate that is no number above zero, `overflow` past 38 significant digits.
    public init(asOf: LocalDate, perEuro: [(currency: Currency, rate: String)]) throws(MoneyError) {
        var rates: [Currency: ExactDecimal] = [:]
        for (currency, text) in perEuro {
            let rate = try ExactDecimal(text)
            guard rate.mantissa > 0 else { throw .notANumber }
            rates[currency] = rate
        }
        rates[Currency(code: "EUR", exponent: 2)] = ExactDecimal(1, scale: 0)
        self.asOf = asOf
        self.rates = rates
    }

    /// The currencies that there is a rate for, by code; the euro is one of them.
    public var currencies: [Currency] { rates.keys.sorted() }

    /// The same worth in another currency. The product is computed exactly and rounded once.
    ///
    /// - Throws: `noRate`; `overflow` where the exact product passes 38 digits or the result passes Int64.
    public func convert(_ money: Money, to target: Currency, rounding: Rounding) throws(MoneyError) -> Money {
        guard money.currency != target else { return money }
        let ratio = try ratio(from: money.currency, to: target)
        // Minor units on both sides: their exponents belong to the ratio's power of ten.
        let power = ratio.power + target.exponent - money.currency.exponent
        let (product, overflow) = Int128(money.minorUnits).multipliedReportingOverflow(by: ratio.numerator)
        guard !overflow else { throw .overflow }
        let numerator = try product.timesPowerOfTen(max(0, power))
        let denominator = try ratio.denominator.timesPowerOfTen(max(0, -power))
        guard let units = Int64(exactly: numerator.divided(by: denominator, rounding)) else { throw .overflow }
        return Money(minorUnits: units, currency: target)
    }

    /// How many of `target` one of `source` is, as decimal text for a receipt. Nil without a rate.
    ///
    /// As published where `source` is the euro; otherwise rounded to ten significant digits. `convert` computes with
    /// the exact ratio, not with this text.
    public func rate(from source: Currency, to target: Currency) -> String? {
        if source == target { return "1" }
        guard let ratio = try? ratio(from: source, to: target) else { return nil }
        var numerator = ratio.numerator
        var power = ratio.power
        while numerator / ratio.denominator < 1_000_000_000 {
            let (product, overflow) = numerator.multipliedReportingOverflow(by: 10)
            guard !overflow else { return nil }
            numerator = product
            power -= 1
        }
        return ExactDecimal(numerator.divided(by: ratio.denominator, .halfEven), scale: -power).description
    }

    /// `numerator × 10^power / denominator` is how many of `target` one of `source` is.
    private func ratio(
        from source: Currency, to target: Currency
    ) throws(MoneyError) -> (numerator: Int128, denominator: Int128, power: Int) {
        guard let divisor = rates[source], let factor = rates[target] else { throw .noRate(source, target) }
        return (factor.mantissa, divisor.mantissa, divisor.scale - factor.scale)
    }
}
