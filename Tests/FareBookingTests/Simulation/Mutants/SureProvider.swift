import FareDomain
import FarePorts

/// A provider whose adapter takes what is not known for what has failed.
struct SureProvider: FareProvider {
    let behind: any FareProvider

    var id: ProviderID { behind.id }
    var capabilities: ProviderCapabilities { behind.capabilities }

    func search(_ query: SearchQuery, context: CallContext) async throws(ProviderError) -> SearchAnswer {
        try await behind.search(query, context: context)
    }

    func reprice(
        _ offer: ProviderOffer, for passengers: [Passenger], context: CallContext
    ) async throws(ProviderError) -> ProviderOffer {
        try await behind.reprice(offer, for: passengers, context: context)
    }

    func hold(_ request: OrderRequest, context: CallContext) async throws(ProviderError) -> ProviderOrder {
        try await surely { () async throws(ProviderError) in try await behind.hold(request, context: context) }
    }

    func order(_ request: OrderRequest, context: CallContext) async throws(ProviderError) -> ProviderOrder {
        try await surely { () async throws(ProviderError) in try await behind.order(request, context: context) }
    }

    func confirm(_ order: ProviderOrder, context: CallContext) async throws(ProviderError) -> ProviderOrder {
        try await surely { () async throws(ProviderError) in try await behind.confirm(order, context: context) }
    }

    func release(_ order: ProviderOrder, context: CallContext) async throws(ProviderError) {
        try await surely { () async throws(ProviderError) in try await behind.release(order, context: context) }
    }

    func status(of order: ProviderOrder, context: CallContext) async throws(ProviderError) -> ProviderOrder {
        try await behind.status(of: order, context: context)
    }

    func find(_ search: OrderSearch, context: CallContext) async throws(ProviderError) -> [ProviderOrder] {
        try await behind.find(search, context: context)
    }

    func orders(
        createdAfter: Timestamp, createdBefore: Timestamp, context: CallContext
    ) async throws(ProviderError) -> [ProviderOrder] {
        try await behind.orders(createdAfter: createdAfter, createdBefore: createdBefore, context: context)
    }

    func quoteCancellation(
        of order: ProviderOrder, context: CallContext
    ) async throws(ProviderError) -> CancellationQuote {
        try await behind.quoteCancellation(of: order, context: context)
    }

    func cancel(
        _ order: ProviderOrder, as quote: CancellationQuote, context: CallContext
    ) async throws(ProviderError) -> CancellationQuote {
        try await surely { () async throws(ProviderError) in
            try await behind.cancel(order, as: quote, context: context)
        }
    }

    private func surely<Answer>(
        _ call: () async throws(ProviderError) -> Answer
    ) async throws(ProviderError) -> Answer {
        do throws(ProviderError) {
            return try await call()
        } catch {
            throw ProviderError(error.code, outcome: .notApplied, detail: error.detail)
        }
    }
}
