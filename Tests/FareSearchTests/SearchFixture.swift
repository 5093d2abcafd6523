import FareDomain
import FarePorts
import FareSearch
import FareTestSupport
import Resilience

/// A provider that can only be searched, and answers as it is told.
struct ListedProvider: FareProvider {
    enum Behaviour: Sendable {
        case offers([ProviderOffer])
        case fails(ProviderError)
        /// Answers so long after it was asked; until then it waits on the clock.
        case late(Duration, [ProviderOffer])
    }

    let id: ProviderID
    let behaviour: Behaviour
    let clock: ManualClock
    var capabilities = ProviderCapabilities(findsOrders: true, cancelsTickets: true)

    func search(_ query: SearchQuery, context: CallContext) async throws(ProviderError) -> SearchAnswer {
        switch behaviour {
        case .offers(let offers): return SearchAnswer(offers: offers)
        case .fails(let error): throw error
        case .late(let delay, let offers):
            do {
                try await clock.sleep(for: delay)
            } catch {
                throw ProviderError(.cancelled, outcome: .unknown)
            }
            return SearchAnswer(offers: offers)
        }
    }

    private var refusal: ProviderError { ProviderError(.notSupported, outcome: .notApplied) }

    func reprice(
        _ offer: ProviderOffer, for passengers: [Passenger], context: CallContext
    ) async throws(ProviderError) -> ProviderOffer { throw refusal }
    func hold(_ request: OrderRequest, context: CallContext) async throws(ProviderError) -> ProviderOrder {
        throw refusal
    }
    func order(_ request: OrderRequest, context: CallContext) async throws(ProviderError) -> ProviderOrder {
        throw refusal
    }
    func confirm(_ order: ProviderOrder, context: CallContext) async throws(ProviderError) -> ProviderOrder {
        throw refusal
    }
    func release(_ order: ProviderOrder, context: CallContext) async throws(ProviderError) { throw refusal }
    func status(of order: ProviderOrder, context: CallContext) async throws(ProviderError) -> ProviderOrder {
        throw refusal
    }
    func find(_ search: OrderSearch, context: CallContext) async throws(ProviderError) -> [ProviderOrder] {
        throw refusal
    }
    func orders(
        createdAfter: Timestamp, createdBefore: Timestamp, context: CallContext
    ) async throws(ProviderError) -> [ProviderOrder] { throw refusal }
    func quoteCancellation(
        of order: ProviderOrder, context: CallContext
    ) async throws(ProviderError) -> CancellationQuote { throw refusal }
    func cancel(
        _ order: ProviderOrder, as quote: CancellationQuote, context: CallContext
    ) async throws(ProviderError) -> CancellationQuote { throw refusal }
}

/// Values that the tests of this target share.
enum Sample {
    static let pounds = Currency("GBP")!
    static let euros = Currency("EUR")!
    static let london = LocationCode("LHR")!
    static let newYork = LocationCode("JFK")!

    static func offer(
        _ provider: String, _ reference: String, _ pence: Int64, currency: Currency = pounds, flight: String = "175",
        holdable: Bool = true, expiresAt: Timestamp? = nil
    ) -> ProviderOffer {
        let day = LocalDate(year: 2026, month: 12, day: 10)!
        let segment = Segment(
            origin: london, destination: newYork,
            departsAt: ZonedTime(local: LocalDateTime(date: day, hour: 9, minute: 25)!, offset: 0),
            arrivesAt: ZonedTime(local: LocalDateTime(date: day, hour: 12, minute: 30)!, offset: -18_000),
            marketingCarrier: CarrierCode("BA")!, flightNumber: flight, operatingCarrier: nil, cabin: .economy)
        return ProviderOffer(
            provider: ProviderID(provider), reference: reference, payload: "",
            itinerary: Itinerary(slices: [Slice(segments: [segment])!])!,
            total: Money(minorUnits: pence, currency: currency), holdable: holdable, expiresAt: expiresAt)
    }

    static var query: SearchQuery {
        SearchQuery(
            slices: [
                QuerySlice(
                    origin: london, destination: newYork, departureDate: LocalDate(year: 2026, month: 12, day: 10)!)
            ], passengers: [SearchedPassenger(type: .adult)], cabin: .economy, currency: pounds)
    }

    static func rates() throws -> ExchangeRates {
        try ExchangeRates(
            asOf: LocalDate(year: 2026, month: 11, day: 20)!,
            perEuro: [(pounds, "0.87500"), (Currency("USD")!, "1.1500"), (Currency("JPY")!, "178.00")])
    }

    static func search(
        _ providers: [ListedProvider], clock: ManualClock, rates: ExchangeRates? = nil, capacity: Int = 100
    ) -> FareSearch {
        FareSearch(
            providers: providers, rates: rates, book: OfferBook(capacity: capacity), clock: clock,
            identifiers: IdentifierSource())
    }
}
