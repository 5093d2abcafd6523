public import FareDomain
public import FarePorts
import WireFormats

/// An airline, or an aggregator of airlines, that speaks IATA's NDC in version 19.2. `README.md` tells which call is
/// which message.
public struct NDCProvider: FareProvider {
    public let id: ProviderID
    public let capabilities = ProviderCapabilities(findsOrders: true, cancelsTickets: true, listsOrders: true)
    let client: NDCClient

    /// - Parameters:
    ///   - endpoint: where all messages are posted.
    ///   - apiKey: goes out as `X-API-Key`.
    ///   - transport: has the retries and the timeouts.
    ///   - clock: reads the instant at which a rate limit ends.
    public init(
        id: ProviderID, endpoint: String, apiKey: String, transport: any HTTPTransport, clock: any WallClock
    ) {
        self.id = id
        client = NDCClient(endpoint: endpoint, apiKey: apiKey, transport: transport, clock: clock)
    }

    public func search(_ query: SearchQuery, context: CallContext) async throws(ProviderError) -> SearchAnswer {
        let call = NDCCall(.airShopping, operation: .search, effect: .read, context: context) { writer in
            SearchRequest.write(query, to: &writer)
        }
        let asked = PassengerSlot.slots(of: query.passengers.map(\.type))
        do throws(NDCFailure) {
            return try await client.send(call) { response in
                var reader = OfferReader(response, provider: id, asked: asked, cabin: query.cabin)
                return reader.answer(response)
            }
        } catch {
            // "No fare available" and "nothing found" are answers to this question.
            if error.isRefusal, error.error.code == .soldOut || error.error.code == .offerExpired {
                return SearchAnswer(offers: [])
            }
            throw error.error
        }
    }

    public func reprice(
        _ offer: ProviderOffer, for passengers: [Passenger], context: CallContext
    ) async throws(ProviderError) -> ProviderOffer {
        let selection = try selection(of: offer)
        let call = NDCCall(.offerPrice, operation: .reprice, effect: .read, context: context) { writer in
            writer.element("DataLists") { writer in
                writer.element("PaxList") { writer in
                    for slot in selection.slots { slot.write(to: &writer) }
                }
            }
            writer.element("PricedOffer") { selection.write(total: nil, to: &$0) }
        }
        let cabin = offer.itinerary.slices[0].segments[0].cabin
        let priced: Result<ProviderOffer, DroppedOffer>
        do throws(NDCFailure) {
            priced = try await client.send(call) { response in
                var reader = OfferReader(response, provider: id, asked: selection.slots, cabin: cabin)
                let element = response.first("PricedOffer", "Offer") ?? response.first("PricedOffer") ?? response
                return Result { () throws(DroppedOffer) in try reader.offer(element, known: offer) }
            }
        } catch {
            throw error.error
        }
        do throws(DroppedOffer) {
            return try priced.get()
        } catch {
            throw ProviderError(.unreadable, outcome: .notApplied, detail: error.reason)
        }
    }

    public func hold(_ request: OrderRequest, context: CallContext) async throws(ProviderError) -> ProviderOrder {
        try await create(request, paying: false, operation: .hold, context: context)
    }

    public func order(_ request: OrderRequest, context: CallContext) async throws(ProviderError) -> ProviderOrder {
        let order = try await create(request, paying: true, operation: .confirm, context: context)
        return try ticketed(order)
    }

    private func create(
        _ request: OrderRequest, paying: Bool, operation: ProviderOperation, context: CallContext
    ) async throws(ProviderError) -> ProviderOrder {
        let selection = try selection(of: request.offer)
        guard let seating = selection.seating(of: request.passengers) else {
            throw ProviderError(.rejected, outcome: .notApplied, detail: "other passengers than the offer's")
        }
        let call = NDCCall(.orderCreate, operation: operation, effect: .once, context: context) { writer in
            OrderBody(selection: selection, seating: seating, request: request).write(paying: paying, to: &writer)
        }
        do throws(NDCFailure) {
            return try await client.send(call) { response throws(WireError) in
                try OrderReader(response, of: nil).order(known: nil)
            }
        } catch {
            throw error.error
        }
    }

    private func selection(of offer: ProviderOffer) throws(ProviderError) -> OfferSelection {
        do throws(WireError) {
            return try OfferSelection(payload: offer.payload)
        } catch {
            throw ProviderError(.rejected, outcome: .notApplied, detail: "not an offer of this provider's")
        }
    }

    /// What was paid for must have its tickets: without them it is not known what became of it.
    func ticketed(_ order: ProviderOrder) throws(ProviderError) -> ProviderOrder {
        guard order.state == .ticketed else {
            throw ProviderError(.unreadable, outcome: .unknown, detail: "paid, but \(order.state.rawValue)")
        }
        return order
    }
}
