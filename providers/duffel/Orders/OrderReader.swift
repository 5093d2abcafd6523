import FareDomain
import FarePorts
import WireFormats

/// Reads orders.
struct OrderReader {
    /// What a payment's time limit is compared with.
    let now: Timestamp

    func order(_ value: JSONValue) throws(WireError) -> ProviderOrder {
        let payment = try value.require("payment_status")
        let id = try value.string("id")
        let total = try value.price("total_amount", "total_currency")
        var names: [String] = []
        for passenger in try value.elementsIfPresent("passengers") {
            let family = try passenger.string("family_name")
            names.append("\(family)/\(try passenger.string("given_name"))".uppercased())
        }
        return ProviderOrder(
            id: id, locator: try value.stringIfPresent("booking_reference") ?? "", state: try state(value, payment),
            total: total, ticketBy: try payment.timestampIfPresent("payment_required_by"),
            priceGuaranteeExpiresAt: try payment.timestampIfPresent("price_guarantee_expires_at"),
            reference: OrderReader.reference(of: value), passengerNames: names,
            createdAt: try value.timestampIfPresent("created_at"))
    }

    /// Ours, where the order carries it.
    static func reference(of order: JSONValue) -> String? {
        order["metadata"]?[OrderBody.referenceKey]?.string
    }

    /// `awaiting_payment` alone does not tell a paid hold from one that lapsed: it is false in both. A paid one has
    /// `paid_at` or documents. An instant order of an airline without tickets has neither, and no time limit either.
    private func state(_ order: JSONValue, _ payment: JSONValue) throws(WireError) -> ProviderOrder.State {
        if order.present("cancelled_at") != nil { return .cancelled }
        if try payment.bool("awaiting_payment") { return .held }
        if payment.present("paid_at") != nil || (order["documents"]?.count ?? 0) > 0 { return .ticketed }
        let limit = try payment.timestampIfPresent("payment_required_by")
        let wasHeld = order["type"]?.equals("hold") ?? (limit != nil)
        guard wasHeld else { return .ticketed }
        // Version 2 states `paid_at` always, so that a null in it means "never".
        if payment["paid_at"] != nil { return .cancelled }
        guard let limit, limit < now else {
            throw payment.error(.badValue, "neither awaiting payment, nor paid, nor past its time limit")
        }
        return .cancelled
    }
}

extension JSONValue {
    /// Money in two members, which is never less than nothing.
    ///
    /// - Throws: as `money(_:_:)`, and `badValue`.
    func price(_ amountKey: StaticString, _ currencyKey: StaticString) throws(WireError) -> Money {
        let money = try money(amountKey, currencyKey)
        guard !money.isNegative else { throw try require(amountKey).error(.badValue, "less than nothing") }
        return money
    }
}
