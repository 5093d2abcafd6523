import FareDomain

extension Shop {
    /// Makes an order, held or paid at once.
    ///
    /// - Parameters:
    ///   - quote: what is bought. Its price is looked up again.
    ///   - id: the dialect's id for the new order.
    ///   - travellers: one a passenger of the query, of the same types.
    ///   - reference: the caller's own.
    ///   - payment: nil to hold; what is paid otherwise, which must be the price of now.
    ///   - notes: kept with the order.
    ///   - fault: what else is to go wrong: `soldOut`, `priceMoved` (the price moves for good, and the hold is refused
    ///     with
    ///     `priceChanged`), `endsEarly` (the hold ends before it said).
    func order(
        _ quote: Quote, id: String, travellers: [Traveller], reference: String?, payment: Money?,
        notes: [String: String] = [:], fault: DomainFault? = nil
    ) throws(ShopFailure) -> Order {
        let time = now()
        return try change { state throws(ShopFailure) in
            let current = self.quote(quote, state)
            try refuseUnsellable(current, fault: fault, state)
            guard travellers.map(\.type.rawValue).sorted() == quote.query.travellers.map(\.rawValue).sorted() else {
                throw .refused(.wrongTravellers)
            }
            if case .priceMoved(let percent) = fault {
                throw .refused(.priceChanged(now: try move(current, percent: percent, in: &state).total))
            }
            if let payment {
                guard payment == current.total else { throw .refused(.priceChanged(now: current.total)) }
            } else if !current.offer.fare.holdable {
                throw .refused(.notHoldable)
            }
            var order = newOrder(
                current, id: id, travellers: travellers, reference: reference, held: payment == nil, notes: notes,
                at: time)
            if case .endsEarly(let delay) = fault {
                order.endsAt = order.payBy.map { min($0, time.advanced(by: delay).millisecondsSinceEpoch) }
            }
            try commit([.order(order)], to: &state)
            return order
        }
    }

    /// Pays for a held order.
    ///
    /// - Parameter payment: must be its total, to the penny and in its currency; nil where the dialect names no amount.
    func pay(orderID: String, payment: Money?, fault: DomainFault? = nil) throws(ShopFailure) -> Order {
        let time = now()
        return try change { state throws(ShopFailure) in
            guard var order = state.orders[orderID] else { throw .refused(.unknownOrder) }
            switch order.state {
            case .ticketed: throw .refused(.alreadyPaid)
            case .released, .cancelled: throw .refused(.alreadyCancelled)
            case .expired: throw .refused(.holdExpired)
            case .held: break
            }
            if case .soldOut = fault { throw .refused(.soldOut) }
            if let payment {
                guard payment.currency == order.currency else {
                    throw .refused(.wrongCurrency(expected: order.total))
                }
                guard payment == order.total else { throw .refused(.wrongAmount(expected: order.total)) }
            }
            order.paidAt = time.millisecondsSinceEpoch
            order.endsAt = nil
            order.become(.ticketed, at: time)
            try commit([.order(order)], to: &state)
            return order
        }
    }

    private func newOrder(
        _ quote: Quote, id: String, travellers: [Traveller], reference: String?, held: Bool,
        notes: [String: String], at time: Timestamp
    ) -> Order {
        let fare = quote.offer.fare
        let limit = held ? time.advanced(by: fare.holdFor).millisecondsSinceEpoch : nil
        var order = Order(
            id: id, locator: RandomText.locator(), reference: reference, query: quote.query,
            offerKey: quote.offer.key, travellers: travellers, currencyCode: quote.total.currency.code,
            totalMinor: quote.total.minorUnits, baseMinor: quote.base.minorUnits, state: .held,
            createdAt: time.millisecondsSinceEpoch, payBy: limit,
            priceGuaranteedUntil: fare.guaranteesPrice ? limit : nil, endsAt: limit,
            paidAt: held ? nil : time.millisecondsSinceEpoch, cancelledAt: nil, refundMinor: nil, notes: notes,
            events: [])
        order.become(held ? .held : .ticketed, at: time)
        return order
    }
}
