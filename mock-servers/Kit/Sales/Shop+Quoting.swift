import FareDomain
import Synchronization

extension Shop {
    /// Answers a search, and remembers it so that its offers can be bought.
    ///
    /// - Returns: the record, and a quote for each of its keys, the cheapest first; none without enough seats.
    func search(_ query: TripQuery) throws(ShopFailure) -> (record: SearchRecord, quotes: [Quote]) {
        let offers = catalogue.offers(for: query)
        let created = now()
        return try change { state throws(ShopFailure) in
            let onSale = offers.filter { hasSeats($0, query, state) }
            let record = SearchRecord(
                id: RandomText.letters(16), query: query, createdAt: created.millisecondsSinceEpoch,
                expiresAt: created.advanced(by: offersLive).millisecondsSinceEpoch, offerKeys: onSale.map(\.key))
            try commit([.search(record)], to: &state)
            return (record, onSale.map { quote($0, of: record, state) })
        }
    }

    /// A search that was answered before. Its quotes are of all its offers, at their prices of now.
    func search(id: String) -> (record: SearchRecord, quotes: [Quote])? {
        state.withLock { state in
            guard let record = state.searches[id] else { return nil }
            let offers = catalogue.offers(for: record.query)
            let keys = Set(record.offerKeys)
            return (record, offers.filter { keys.contains($0.key) }.map { quote($0, of: record, state) })
        }
    }

    /// The live price of an offer of a search.
    ///
    /// - Parameters:
    ///   - index: its place in the search's answer.
    ///   - fault: `soldOut` refuses, `priceMoved` moves the price for good first; the rest are nothing here.
    func reprice(
        search id: String, index: Int, fault: DomainFault? = nil
    ) throws(ShopFailure) -> Quote {
        try change { state throws(ShopFailure) in
            guard let record = state.searches[id] else { throw .refused(.unknownOffer) }
            guard record.offerKeys.indices.contains(index),
                let offer = catalogue.offer(key: record.offerKeys[index], for: record.query)
            else { throw .refused(.unknownOffer) }
            return try reprice(quote(offer, of: record, state), fault: fault, in: &state)
        }
    }

    /// The live price of an offer known by its key: for dialects whose caller sends the whole offer back.
    ///
    /// - Parameters:
    ///   - key: `SaleOffer.key`.
    ///   - query: for the passengers, the cabin and the currency; its legs don't matter.
    func reprice(
        key: String, query: TripQuery, fault: DomainFault? = nil
    ) throws(ShopFailure) -> Quote {
        try change { state throws(ShopFailure) in
            guard let offer = catalogue.offer(key: key, for: query) else { throw .refused(.unknownOffer) }
            return try reprice(quote(offer, query: query, scope: key, record: nil, state), fault: fault, in: &state)
        }
    }

    private func reprice(
        _ quote: Quote, fault: DomainFault?, in state: inout ShopState
    ) throws(ShopFailure) -> Quote {
        try refuseUnsellable(quote, fault: fault, state)
        guard case .priceMoved(let percent) = fault else { return quote }
        return try move(quote, percent: percent, in: &state)
    }

    func quote(_ offer: SaleOffer, of record: SearchRecord, _ state: ShopState) -> Quote {
        quote(offer, query: record.query, scope: "\(record.id)/\(offer.key)", record: record, state)
    }

    /// The same offer at the price of now.
    func quote(_ quote: Quote, _ state: ShopState) -> Quote {
        priced(
            quote.offer, query: quote.query, scope: quote.scope, createdAt: quote.createdAt,
            expiresAt: quote.expiresAt, state)
    }

    func quote(
        _ offer: SaleOffer, query: TripQuery, scope: String, record: SearchRecord?, _ state: ShopState
    ) -> Quote {
        priced(
            offer, query: query, scope: scope,
            createdAt: record.map { Timestamp(millisecondsSinceEpoch: $0.createdAt) },
            expiresAt: record.map { Timestamp(millisecondsSinceEpoch: $0.expiresAt) }, state)
    }

    func priced(
        _ offer: SaleOffer, query: TripQuery, scope: String, createdAt: Timestamp?, expiresAt: Timestamp?,
        _ state: ShopState
    ) -> Quote {
        let permille = state.moves[scope] ?? 1000
        func moved(_ money: Money) -> Money {
            Money(minorUnits: (money.minorUnits * permille + 500) / 1000, currency: money.currency)
        }
        return Quote(
            query: query, offer: offer, total: moved(offer.total), base: moved(offer.base), createdAt: createdAt,
            expiresAt: expiresAt, scope: scope)
    }

    func move(_ quote: Quote, percent: Int, in state: inout ShopState) throws(ShopFailure) -> Quote {
        let before = state.moves[quote.scope] ?? 1000
        let after = max(1, before * Int64(max(-99, percent) + 100) / 100)
        try commit([.moved(offer: quote.scope, permille: after)], to: &state)
        return self.quote(quote, state)
    }

    func refuseUnsellable(
        _ quote: Quote, fault: DomainFault?, _ state: ShopState
    ) throws(ShopFailure) {
        if let expiresAt = quote.expiresAt, expiresAt <= now() { throw .refused(.offerExpired) }
        if case .soldOut = fault { throw .refused(.soldOut) }
        guard hasSeats(quote.offer, quote.query, state) else { throw .refused(.soldOut) }
    }

    func hasSeats(_ offer: SaleOffer, _ query: TripQuery, _ state: ShopState) -> Bool {
        seatsLeft(offer, query, state) >= query.seats
    }

    /// How many seats can still be sold on every flight of an offer.
    func seatsLeft(_ quote: Quote) -> Int {
        state.withLock { seatsLeft(quote.offer, quote.query, $0) }
    }

    func seatsLeft(_ offer: SaleOffer, _ query: TripQuery, _ state: ShopState) -> Int {
        offer.flights.map { flight in
            let seat = "\(flight.key)#\(query.cabinName)"
            return hash.number(in: 9...30, "seats", catalogue.seller, seat) - (state.taken[seat] ?? 0)
        }.min() ?? 0
    }
}
