public import FareDomain
public import FarePorts
public import Resilience

/// Amadeus' self-service flight APIs as a provider. What each call is on the wire: `README.md` beside this file.
public struct AmadeusProvider: FareProvider {
    public let id: ProviderID
    let client: AmadeusClient

    /// Orders have no list and are asked for by id alone. A hold whose id got lost ends at its own limit; an offer that
    /// must be ticketed at once, and says so by not being holdable, could leave a ticket that nobody can ask about.
    public let capabilities = ProviderCapabilities(findsOrders: false, cancelsTickets: true, listsOrders: false)

    /// - Parameters:
    ///   - id: the instance's, as its `provider.yaml` names it.
    ///   - baseURL: without a path and without a slash at its end: `https://api.amadeus.com`.
    ///   - credentials: turned into access tokens as they are needed; never logged.
    ///   - transport: carries retries, limits and timeouts; the adapter has none.
    ///   - clock: tells how old a token is. Monotonic, so that a jump of civil time expires nothing.
    public init(
        id: ProviderID, baseURL: String, credentials: AmadeusCredentials, transport: any HTTPTransport,
        clock: any MonotonicClock
    ) {
        self.id = id
        client = AmadeusClient(baseURL: baseURL, credentials: credentials, transport: transport, clock: clock)
    }

    // MARK: Shopping

    public func search(_ query: SearchQuery, context: CallContext) async throws(ProviderError) -> SearchAnswer {
        let call = AmadeusCall(
            .post, "/v2/shopping/flight-offers", operation: .search, effect: .read, body: SearchBody.bytes(query),
            overridesMethod: true)
        do throws(ProviderError) {
            let document = try await client.send(call, context: context)
            return try OfferReader(provider: id).searchAnswer(document)
        } catch  where error.code == .orderNotFound {
            // "No response found for this query": Amadeus' way to have nothing on some routes.
            return SearchAnswer(offers: [])
        }
    }

    public func reprice(
        _ offer: ProviderOffer, for passengers: [Passenger], context: CallContext
    ) async throws(ProviderError) -> ProviderOffer {
        let body = try PricingBody.bytes(offer, passengers)
        let call = AmadeusCall(
            .post, "/v1/shopping/flight-offers/pricing?include=detailed-fare-rules", operation: .reprice,
            effect: .read, body: body, overridesMethod: true)
        let document = try await client.send(call, context: context)
        return try OfferReader(provider: id).pricedOffer(document, for: offer)
    }

    // MARK: Booking

    public func hold(_ request: OrderRequest, context: CallContext) async throws(ProviderError) -> ProviderOrder {
        try await create(request, .hold(request.holdFor), operation: .hold, context: context)
    }

    public func order(_ request: OrderRequest, context: CallContext) async throws(ProviderError) -> ProviderOrder {
        try await create(request, .confirm, operation: .confirm, context: context)
    }

    private func create(
        _ request: OrderRequest, _ agreement: OrderBody.Agreement, operation: ProviderOperation, context: CallContext
    ) async throws(ProviderError) -> ProviderOrder {
        let body = try OrderBody.bytes(request, agreement)
        let call = AmadeusCall(
            .post, "/v1/booking/flight-orders", operation: operation, effect: .once,
            body: body, currency: request.offer.total.currency)
        let document = try await client.send(call, context: context)
        let known = OrderReader.Known(reference: request.reference, payload: CancellationTerms.text(of: request.offer))
        return try OrderReader.order(document, known: known, mayHaveActed: true)
    }

    /// The issuance call is of Amadeus' enterprise flavour: see the README.
    public func confirm(_ order: ProviderOrder, context: CallContext) async throws(ProviderError) -> ProviderOrder {
        let call = AmadeusCall(
            .post, orderPath(order) + "/issuance", operation: .confirm, effect: .once,
            currency: order.total.currency)
        do throws(ProviderError) {
            let document = try await client.send(call, context: context)
            return try OrderReader.order(document, known: .init(order), mayHaveActed: true)
        } catch  where error.isTicketedAlready {
            return try await ticketed(order, otherwise: error, context: context)
        }
    }

    /// The order that Amadeus says is ticketed already. Where it can't be read, its ticket is in doubt, not refused.
    private func ticketed(
        _ order: ProviderOrder, otherwise refusal: ProviderError, context: CallContext
    ) async throws(ProviderError) -> ProviderOrder {
        do throws(ProviderError) {
            return try await status(of: order, context: context)
        } catch {
            throw ProviderError(error.code, outcome: .unknown, detail: refusal.detail)
        }
    }

    // MARK: Aftercare

    public func release(_ order: ProviderOrder, context: CallContext) async throws(ProviderError) {
        try await delete(order, operation: .release, context: context)
    }

    public func status(of order: ProviderOrder, context: CallContext) async throws(ProviderError) -> ProviderOrder {
        let call = AmadeusCall(.get, orderPath(order), operation: .status, effect: .read)
        let document = try await client.send(call, context: context)
        return try OrderReader.order(document, known: .init(order), mayHaveActed: false)
    }

    public func find(_ search: OrderSearch, context: CallContext) async throws(ProviderError) -> [ProviderOrder] {
        throw ProviderError(.notSupported, outcome: .notApplied, detail: "Amadeus lists no orders")
    }

    public func orders(
        createdAfter: Timestamp, createdBefore: Timestamp, context: CallContext
    ) async throws(ProviderError) -> [ProviderOrder] {
        throw ProviderError(.notSupported, outcome: .notApplied, detail: "Amadeus lists no orders")
    }

    public func quoteCancellation(
        of order: ProviderOrder, context: CallContext
    ) async throws(ProviderError) -> CancellationQuote {
        CancellationTerms(payload: order.payload).quote(for: order)
    }

    public func cancel(
        _ order: ProviderOrder, as quote: CancellationQuote, context: CallContext
    ) async throws(ProviderError) -> CancellationQuote {
        try await delete(order, operation: .cancel, context: context)
        return quote
    }

    /// Sent once: what was lost is asked about, by whoever journals it, before it is said again.
    private func delete(
        _ order: ProviderOrder, operation: ProviderOperation, context: CallContext
    ) async throws(ProviderError) {
        let call = AmadeusCall(.delete, orderPath(order), operation: operation, effect: .once)
        do throws(ProviderError) {
            let answer = try await client.perform(call, context: context)
            // Amadeus has nothing to say to it. A page of some gateway's proves nothing.
            guard answer.status == 204 || answer.body.count == 0 else {
                throw ProviderError(.unreadable, outcome: .unknown, detail: "HTTP \(answer.status) with a body")
            }
        } catch  where error.code == .orderNotFound {
            // Gone already, by us or by its time limit.
        }
    }

    private func orderPath(_ order: ProviderOrder) -> String {
        "/v1/booking/flight-orders/" + OrderPath.segment(order.id)
    }
}
