import FareDomain

/// Stripe's units (docs.stripe.com/currencies) in terms of ISO 4217's, and back: two currencies without minor units are
/// written with two digits, and one with two is written without.
enum StripeAmount {
    /// Of a ledger entry, by a currency that was checked when the payment was made.
    static func money(_ units: Int64, _ code: String) -> Money? {
        guard let currency = Currency(code.uppercased()) else { return nil }
        switch currency.code {
        case "ISK", "UGX": return Money(minorUnits: units / 100, currency: currency)
        case "MGA": return Money(minorUnits: units * 100, currency: currency)
        default: return Money(minorUnits: units, currency: currency)
        }
    }

    /// Refuses what Stripe does: fractions of króna and shillings, a last digit of a currency with three.
    static func check(_ units: Int64, _ currency: Currency, parameter: String) throws(StripeRefusal) {
        let step: Int64 =
            switch currency.code {
            case "ISK", "UGX": 100
            default: currency.exponent == 3 ? 10 : 1
            }
        guard units % step == 0 else {
            throw StripeRefusal.invalid(
                parameter, "Invalid amount: it must be evenly divisible by \(step).",
                code: step == 100 ? "invalid_charge_amount_no_decimal_compatible" : nil)
        }
    }
}
