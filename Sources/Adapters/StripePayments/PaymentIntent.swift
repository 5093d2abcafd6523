import FareDomain
import FarePorts
import WireFormats

/// A PaymentIntent (docs.stripe.com/api/payment_intents/object), as far as it matters here.
struct PaymentIntent {
    /// The name in the metadata of a PaymentIntent or a Refund under which our reference is.
    static let referenceKey = "faremux_reference"

    let payment: Payment
    /// False where money was taken and the charge, which alone tells what was given back, is only named.
    let knowsRefunds: Bool

    /// - Throws: where a field that matters is missing, or the status is none of Stripe's.
    init(_ value: JSONValue) throws(WireError) {
        let currency = try Self.currency(of: value)
        let captured = try Self.money(try value.int64IfPresent("amount_received") ?? 0, currency, of: value)
        let charge = value.present("latest_charge").flatMap { $0.kind == .object ? $0 : nil }
        let returned = try charge?.int64IfPresent("amount_refunded") ?? 0
        let status = try value.string("status")
        knowsRefunds = status != "succeeded" || charge != nil
        let refunded = try Self.money(status == "succeeded" ? returned : 0, currency, of: value)
        guard let state = Self.state(status, isRefunded: refunded.minorUnits > 0) else {
            throw try value.require("status").error(.badValue, "no such status")
        }
        payment = Payment(
            id: try value.string("id"), reference: value.reference, state: state,
            amount: try Self.money(try value.int64("amount"), currency, of: value), captured: captured,
            refunded: refunded, createdAt: try value.int64IfPresent("created").flatMap(Self.instant))
    }

    /// - Returns: nil for what is no second of the years 1970 to 9999.
    private static func instant(_ seconds: Int64) -> Timestamp? {
        (0..<253_402_300_800).contains(seconds) ? Timestamp(secondsSinceEpoch: seconds) : nil
    }

    private static func state(_ status: String, isRefunded: Bool) -> Payment.State? {
        switch status {
        case "requires_capture": .authorized
        case "succeeded": isRefunded ? .refunded : .captured
        case "canceled": .voided
        case "requires_action": .actionRequired
        case "processing": .processing
        // A decline leads back to the first of these. Either way nothing is reserved, and nothing will be by itself.
        case "requires_payment_method", "requires_confirmation": .declined
        default: nil
        }
    }

    static func currency(of value: JSONValue) throws(WireError) -> Currency {
        guard let currency = Currency(try value.string("currency").uppercased()) else {
            throw try value.require("currency").error(.badValue, "no such currency")
        }
        return currency
    }

    static func money(_ units: Int64, _ currency: Currency, of value: JSONValue) throws(WireError) -> Money {
        guard let money = StripeUnits.money(units, in: currency) else {
            throw value.error(.badValue, "not an amount of its currency")
        }
        return money
    }
}

extension JSONValue {
    /// Our reference in the metadata of a payment or a refund.
    var reference: String? { self["metadata"]?.member(named: PaymentIntent.referenceKey)?.string }
}
