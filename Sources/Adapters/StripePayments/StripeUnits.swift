import FareDomain
import FarePorts

/// Stripe's integer amounts (docs.stripe.com/currencies). They are ISO 4217's minor units, but for a few currencies:
///
/// - MGA, which has two digits in ISO 4217, has none at Stripe.
/// - ISK and UGX, which have none, have two at Stripe, and both must be zeros ("special cases" there).
/// - Currencies of three digits (BHD, JOD, KWD, OMR, TND) must end in a zero.
/// - There are none of four digits.
///
/// An amount that Stripe can't take exactly is refused here: never rounded.
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
        if hundredth.contains(code) {
            guard units % 100 == 0 else { throw refusal }
            return units / 100
        }
        guard money.currency.exponent < 3 || (money.currency.exponent == 3 && units % 10 == 0) else { throw refusal }
        return units
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
