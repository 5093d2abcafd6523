public import FareDomain
public import FarePorts
public import Resilience
import WireFormats

/// Duffel's flights API, version 2 (duffel.com/docs/api). `README.md` tells which call is which request.
public struct DuffelProvider: FareProvider {
    public let id: ProviderID
    public let capabilities = ProviderCapabilities(findsOrders: true, cancelsTickets: true, listsOrders: true)
    let client: DuffelClient
    private let searchTimeout: Duration

    /// - Parameters:
    ///   - baseURL: `https://api.duffel.com`, or a mock's.
    ///   - token: an access token.
    ///   - transport: has the retries and the timeouts.
    ///   - clock: reads the instants at which a rate limit ends and a hold lapses.
    ///   - searchTimeout: how long the transport gives a search. Duffel is asked to answer a little before with what
    ///     it has by then, so that one slow airline does not cost the others' offers.
    public init(
        id: ProviderID, baseURL: String, token: String, transport: any HTTPTransport,
        clock: any MonotonicClock & WallClock = SystemClock(), searchTimeout: Duration = .seconds(5)
    ) {
        self.id = id
        self.searchTimeout = searchTimeout
        client = DuffelClient(baseURL: baseURL, token: token, transport: transport, clock: clock)
    }

    public func search(_ query: SearchQuery, context: CallContext) async throws(ProviderError) -> SearchAnswer {
        let patience = min(searchTimeout, client.clock.now.duration(to: context.deadline))
        let path = SearchRequest.path(supplierTimeout: SearchRequest.supplierTimeout(within: patience))
        let call = DuffelCall(
            .post, path, body: SearchRequest.body(query), operation: .search, effect: .read, context: context)
        let data = try await client.data(of: call)
        return try client.reading { () throws(WireError) in
            var reader = OfferReader(provider: id)
            return reader.answer(try data.elements("offers"))
        }
    }

    public func reprice(
        _ offer: ProviderOffer, for passengers: [Passenger], context: CallContext
    ) async throws(ProviderError) -> ProviderOffer {
        let path = "/air/offers/\(FormEncoding.percentEncode(offer.reference))"
        let call = DuffelCall(.get, path, operation: .reprice, effect: .read, context: context)
        let data = try await client.data(of: call)
        var reader = OfferReader(provider: id)
        do throws(DroppedOffer) {
            return try reader.offer(data)
        } catch {
            throw ProviderError(.unreadable, outcome: .notApplied, detail: error.reason)
        }
    }

    public func hold(_ request: OrderRequest, context: CallContext) async throws(ProviderError) -> ProviderOrder {
        try await create(request, instantly: false, operation: .hold, context: context)
    }

    public func order(_ request: OrderRequest, context: CallContext) async throws(ProviderError) -> ProviderOrder {
        try await create(request, instantly: true, operation: .confirm, context: context)
    }

    private func create(
        _ request: OrderRequest, instantly: Bool, operation: ProviderOperation, context: CallContext
    ) async throws(ProviderError) -> ProviderOrder {
        let body: JSONNode
        do throws(UnbookableParty) {
            body = try OrderBody.json(request, instantly: instantly)
        } catch {
            throw ProviderError(.rejected, outcome: .notApplied, detail: error.reason)
        }
        let call = DuffelCall(
            .post, "/air/orders", body: body, operation: operation, effect: .once,
            context: context)
        let data = try await client.data(of: call)
        return try client.reading { () throws(WireError) in
            try OrderReader(now: client.clock.timestamp).order(data)
        }
    }
}
