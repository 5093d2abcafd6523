import FareDomain
import FarePorts
import WireFormats

/// A quote for ending an order, taken or not (duffel.com/docs/api/order-cancellations).
struct Cancellation {
    let id: String
    let orderID: String
    let quote: CancellationQuote
    let isConfirmed: Bool
    /// Nothing was paid for the order.
    let isUnpaid: Bool

    init(_ value: JSONValue, of order: ProviderOrder) throws(WireError) {
        id = try value.string("id")
        orderID = try value.string("order_id")
        isConfirmed = value.present("confirmed_at") != nil
        let destination = try value.stringIfPresent("refund_to") ?? ""
        isUnpaid = destination == "awaiting_payment"
        let refund = try Cancellation.refund(value, to: destination, currency: order.total.currency)
        guard let penalty = try? order.total.subtracting(refund) else {
            throw value.error(.badValue, "a refund in another currency than the order's")
        }
        quote = CancellationQuote(
            id: id, refund: refund, penalty: penalty.isNegative ? .zero(penalty.currency) : penalty,
            expiresAt: try value.timestampIfPresent("expires_at"))
    }

    /// The money that comes back. Vouchers and airline credits are none, and nothing comes back that was not paid.
    private static func refund(
        _ value: JSONValue, to destination: String, currency: Currency
    ) throws(WireError) -> Money {
        switch destination {
        case "awaiting_payment", "voucher", "airline_credits": .zero(currency)
        default: try value.price("refund_amount", "refund_currency")
        }
    }
}
