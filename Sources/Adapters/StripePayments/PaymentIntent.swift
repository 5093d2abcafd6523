import FareDomain
import FarePorts
import WireFormats

/// A PaymentIntent (docs.stripe.com/api/payment_intents/object), as far as it matters here.
struct PaymentIntent {
    /// The name in a PaymentIntent's metadata under which our reference is.
    static let referenceKey = "faremux_reference"

    let payment: Payment
    /// False where money was taken and the charge, which alone tells what was given back, is only named.
    let knowsRefunds: Bool

    /// - Throws: where a field that matters is missing, or the status is none of Stripe's.
    init(_ value: JSONValue) throws(WireError) {
        let code = try value.string("currency")
        guard let currency = Currency(code.uppercased()) else {
            throw try value.require("currency").error(.badValue, "no such currency")
        }
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
            id: try value.string("id"), state: state,
            amount: try Self.money(try value.int64("amount"), currency, of: value), captured: captured,
            refunded: refunded)
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

    private static func money(
        _ units: Int64, _ currency: Currency, of value: JSONValue
    ) throws(WireError) -> Money {
        guard let money = StripeUnits.money(units, in: currency) else {
            throw value.error(.badValue, "not an amount of its currency")
        }
        return money
    }
}

/// A Refund whose `payment_intent.latest_charge` was asked for.
struct StripeRefund {
    let payment: Payment
    /// It came to nothing: the money is still ours.
    let failed: Bool
    let failureReason: String?

    init(_ value: JSONValue) throws(WireError) {
        let intent = try PaymentIntent(try value.require("payment_intent"))
        guard intent.knowsRefunds else { throw value.error(.missing, "payment_intent.latest_charge") }
        payment = intent.payment
        let status = try value.stringIfPresent("status")
        failed = status == "failed" || status == "canceled"
        failureReason = try value.stringIfPresent("failure_reason")
    }
}

/// A page of a list or of a search, of which only the payments of one reference are read.
struct PaymentPage {
    let payments: [Payment]
    let hasMore: Bool
    let lastID: String?
    /// Seconds since 1970, of the first and of the last payment on the page, whosever they are.
    let firstCreated: Int64?
    let lastCreated: Int64?

    init(_ value: JSONValue, reference: String) throws(WireError) {
        var payments: [Payment] = []
        var last: JSONValue?
        var firstCreated: Int64?
        for intent in try value.elements("data") {
            if last == nil { firstCreated = try intent.int64IfPresent("created") }
            last = intent
            let metadata = intent["metadata"]
            guard metadata?.member(named: PaymentIntent.referenceKey)?.string == reference else { continue }
            payments.append(try PaymentIntent(intent).payment)
        }
        self.payments = payments
        self.firstCreated = firstCreated
        hasMore = try value.boolIfPresent("has_more") ?? false
        lastID = try last?.stringIfPresent("id")
        lastCreated = try last?.int64IfPresent("created")
    }
}
