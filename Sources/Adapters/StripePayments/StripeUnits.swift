import FareDomain
import FarePorts

/// Stripe's integer amounts (docs.stripe.com/currencies). They are ISO 4217's minor units, but for a few currencies:
///
/// - MGA, which has two digits in ISO 4217, has none at Stripe.
/// - ISK and UGX, which have none, have two at Stripe, and both must be zeros ("special cases" there).
/// - Currencies of three digits (BHD, JOD, KWD, OMR, TND) must end in a zero.
/// - There are none of four digits.
///
/// An amount that Stripe can't take exactly is refused here: never rounded. Who makes amounts rounds them to the
/// `step`.
enum StripeUnits {
    private static let hundredfold: Set<String> = ["ISK", "UGX"]
    private static let hundredth: Set<String> = ["MGA"]

    /// - Throws: `rejected`, not applied, for an amount that can't be told to Stripe.
    static func units(of money: Money) throws(PaymentError) -> Int64 {
        let units = money.minorUnits
        let code = money.currency.code
        if hundredfold.contains(code) {
            let (product, overflow) = units.multipliedReportingOverflow(by: 100)
            guard !overflow else { throw refusal }
            return product
        }
        guard money.currency.exponent <= 3, units % step(of: money.currency) == 0 else { throw refusal }
        return hundredth.contains(code) ? units / 100 : units
    }

    /// What amounts of a currency must be multiples of, in its minor units.
    static func step(of currency: Currency) -> Int64 {
        if hundredth.contains(currency.code) { return 100 }
        return currency.exponent == 3 ? 10 : 1
    }

    /// - Returns: nil where Stripe's number is none of that currency.
    static func money(_ units: Int64, in currency: Currency) -> Money? {
        if hundredfold.contains(currency.code) {
            return units % 100 == 0 ? Money(minorUnits: units / 100, currency: currency) : nil
        }
        if hundredth.contains(currency.code) {
            let (product, overflow) = units.multipliedReportingOverflow(by: 100)
            return overflow ? nil : Money(minorUnits: product, currency: currency)
        }
        return Money(minorUnits: units, currency: currency)
    }

    private static var refusal: PaymentError {
        PaymentError(.rejected, outcome: .notApplied, detail: "the gateway can't take this amount exactly")
    }
}
