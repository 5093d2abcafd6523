public import FareDomain
public import FarePorts

/// The port's methods: each puts its call into the state's words, and the answer into the port's.
extension FakeProvider {
    public func search(_ query: SearchQuery, context: CallContext) async throws(ProviderError) -> SearchAnswer {
        SearchAnswer(offers: try await offers(.search, .search, context))
    }

    public func reprice(
        _ offer: ProviderOffer, for passengers: [Passenger], context: CallContext
    ) async throws(ProviderError) -> ProviderOffer {
        guard let live = try await offers(.reprice, .reprice(offer), context).first else {
            throw ProviderError(.soldOut, outcome: .notApplied)
        }
        return live
    }

    public func hold(_ request: OrderRequest, context: CallContext) async throws(ProviderError) -> ProviderOrder {
        try await order(.hold, .create(request, .held), request.reference, context)
    }

    public func order(_ request: OrderRequest, context: CallContext) async throws(ProviderError) -> ProviderOrder {
        try await order(.order, .create(request, .ticketed), request.reference, context)
    }

    public func confirm(_ order: ProviderOrder, context: CallContext) async throws(ProviderError) -> ProviderOrder {
        try await self.order(.confirm, .confirm(order.id), order.reference, context)
    }

    public func release(_ order: ProviderOrder, context: CallContext) async throws(ProviderError) {
        _ = try await orders(.release, .release(order.id), order.reference, context)
    }

    public func status(
        of order: ProviderOrder, context: CallContext
    ) async throws(ProviderError) -> ProviderOrder {
        try await self.order(.status, .status(order.id), order.reference, context)
    }

    /// By our reference where it carries one; otherwise by passengers, flights and time.
    public func find(_ search: OrderSearch, context: CallContext) async throws(ProviderError) -> [ProviderOrder] {
        let found = try await orders(.find, .find(search), search.reference, context)
        guard capabilities.findsOrders else { throw ProviderError(.notSupported, outcome: .notApplied) }
        return found.filter { !carriesReferences || $0.reference == search.reference }
    }

    public func orders(
        createdAfter: Timestamp, createdBefore: Timestamp, context: CallContext
    ) async throws(ProviderError) -> [ProviderOrder] {
        let span = createdAfter...max(createdAfter, createdBefore)
        let listed = try await orders(.list, .list(span), nil, context)
        guard capabilities.listsOrders else { throw ProviderError(.notSupported, outcome: .notApplied) }
        return createdBefore < createdAfter ? [] : listed
    }

    public func quoteCancellation(
        of order: ProviderOrder, context: CallContext
    ) async throws(ProviderError) -> CancellationQuote {
        try await self.quote(.quote, .quote(order.id), order.reference, context)
    }

    public func cancel(
        _ order: ProviderOrder, as quote: CancellationQuote, context: CallContext
    ) async throws(ProviderError) -> CancellationQuote {
        try await self.quote(.cancel, .cancel(order.id, quote), order.reference, context)
    }

    private func quote(
        _ operation: Operation, _ request: FakeProviderState.Request, _ reference: String?, _ context: CallContext
    ) async throws(ProviderError) -> CancellationQuote {
        guard case .quote(let quote) = try await perform(operation, request, reference: reference, context: context)
        else { throw ProviderError(.orderNotFound, outcome: .notApplied) }
        return quote
    }

    private func offers(
        _ operation: Operation, _ request: FakeProviderState.Request, _ context: CallContext
    ) async throws(ProviderError) -> [ProviderOffer] {
        guard case .offers(let offers) = try await perform(operation, request, reference: nil, context: context)
        else { return [] }
        return offers
    }

    private func orders(
        _ operation: Operation, _ request: FakeProviderState.Request, _ reference: String?, _ context: CallContext
    ) async throws(ProviderError) -> [ProviderOrder] {
        guard case .orders(let orders) = try await perform(operation, request, reference: reference, context: context)
        else { return [] }
        return orders.map { told($0) }
    }

    private func order(
        _ operation: Operation, _ request: FakeProviderState.Request, _ reference: String?, _ context: CallContext
    ) async throws(ProviderError) -> ProviderOrder {
        guard let order = try await orders(operation, request, reference, context).first else {
            throw ProviderError(.orderNotFound, outcome: .notApplied)
        }
        return order
    }

    private func told(_ order: Order) -> ProviderOrder {
        let state: ProviderOrder.State =
            switch order.state {
            case .held: .held
            case .ticketed: .ticketed
            case .cancelled, .expired: .cancelled
            }
        return ProviderOrder(
            id: order.id, locator: order.id.uppercased(), state: state, total: order.total,
            ticketBy: state == .held ? order.ticketBy : nil, reference: carriesReferences ? order.reference : nil,
            passengerNames: order.passengers, createdAt: order.createdAt)
    }
}
