import FareDomain
import FarePorts
import WireFormats

/// A Refund (docs.stripe.com/api/refunds/object), as far as it matters here.
struct StripeRefund {
    let refund: Refund

    /// - Throws: where a field that matters is missing, or the status is none of Stripe's.
    init(_ value: JSONValue) throws(WireError) {
        let currency = try PaymentIntent.currency(of: value)
        guard let state = Self.state(try value.string("status")) else {
            throw try value.require("status").error(.badValue, "no such status")
        }
        refund = Refund(
            id: try value.string("id"), payment: try value.string("payment_intent"), reference: value.reference,
            state: state, amount: try PaymentIntent.money(try value.int64("amount"), currency, of: value),
            failure: state == .failed ? StripeProblem.safe(try value.stringIfPresent("failure_reason") ?? "") : nil)
    }

    private static func state(_ status: String) -> Refund.State? {
        switch status {
        // `requires_action` is for what the customer has to fetch: none of cards.
        case "pending", "requires_action": .pending
        case "succeeded": .succeeded
        case "failed", "canceled": .failed
        default: nil
        }
    }
}
