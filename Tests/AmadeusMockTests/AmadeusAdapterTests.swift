import AmadeusProvider
import FareDomain
import FarePorts
import FareTestSupport
import Resilience
import Synchronization
import Testing
import WireFormats

@testable import MockServers

/// The adapter and the mock were written against the same documents: here they meet.
struct AmadeusAdapterTests {
    /// 2026-12-12.
    private static let day = LocalDate(daysSinceEpoch: 20_799)

    private let caller: AmadeusCaller
    private let provider: AmadeusProvider
    private let transport: DialectTransport
    private let clock = ManualClock()

    init() throws {
        caller = try AmadeusCaller()
        transport = DialectTransport(dialect: caller.dialect)
        provider = AmadeusProvider(
            id: ProviderID("amadeus"), baseURL: "http://mock",
            credentials: AmadeusCredentials(clientID: "a", clientSecret: "b"), transport: transport, clock: clock)
    }

    private var context: CallContext {
        CallContext(deadline: clock.now.advanced(by: .seconds(30)), requestID: "req-1")
    }

    private func query(_ types: [PassengerType]) throws -> SearchQuery {
        let there = QuerySlice(
            origin: try #require(LocationCode("LON")), destination: try #require(LocationCode("SYD")),
            departureDate: Self.day)
        let back = QuerySlice(
            origin: there.destination, destination: there.origin, departureDate: Self.day.advanced(byDays: 14))
        return SearchQuery(
            slices: [there, back], passengers: types.map { SearchedPassenger(type: $0) }, cabin: .economy,
            currency: .pounds)
    }

    private func passenger(_ type: PassengerType, adult: Int? = nil) -> Passenger {
        Passenger(
            type: type, title: .ms, givenName: "Ada-Maë", familyName: "O'Lovelace",
            bornOn: Self.day.advanced(byDays: -12_000), gender: .female,
            email: "ada@example.org", phoneNumber: "+442080160508", adultIndex: adult)
    }

    private func held(reference: String = "bkg_7/1") async throws -> ProviderOrder {
        let offers = try await provider.search(query([.adult]), context: context).offers
        let offer = try #require(offers.first { $0.terms.refundable == .yes } ?? offers.first)
        let priced = try await provider.reprice(offer, for: [passenger(.adult)], context: context)
        return try await provider.hold(
            OrderRequest(
                offer: priced, passengers: [passenger(.adult)], reference: reference, holdFor: .seconds(600)),
            context: context)
    }

    @Test func everyOfferOfTheMockIsReadWithoutALoss() async throws {
        let answer = try await provider.search(query([.adult, .child, .infant]), context: context)
        #expect(answer.offers.count >= 15)
        #expect(answer.dropped == [:])
        #expect(answer.durationMismatches == 0)
        #expect(answer.offers.count { $0.holdable } == answer.offers.count)
        #expect(answer.offers.contains { $0.terms.refundable == .yes })
    }

    @Test func aFamilyIsPricedHeldTicketedAndCancelled() async throws {
        let family = [passenger(.infant, adult: 2), passenger(.child), passenger(.adult)]
        let offer = try #require(
            try await provider.search(query([.adult, .child, .infant]), context: context).offers.first)
        let priced = try await provider.reprice(offer, for: family, context: context)
        #expect(priced.total == offer.total)
        #expect(priced.itinerary == offer.itinerary)
        let order = try await provider.hold(
            OrderRequest(offer: priced, passengers: family, reference: "bkg_7/1", holdFor: .seconds(600)),
            context: context)
        #expect(order.state == .held)
        #expect(order.total == priced.total)
        #expect(order.reference == "bkg_7/1")
        #expect(order.passengerNames == Array(repeating: "OLOVELACE/ADA MAE", count: 3))
        let now = caller.clock.timestamp
        #expect(try #require(order.ticketBy) >= now.advanced(by: .seconds(600)))
        #expect(order.createdAt == now)
        #expect(try await provider.status(of: order, context: context).state == .held)

        let ticketed = try await provider.confirm(order, context: context)
        #expect(ticketed.state == .ticketed)
        #expect(ticketed.locator == order.locator)
        // Twice is once.
        #expect(try await provider.confirm(order, context: context).state == .ticketed)
        let quote = try await provider.quoteCancellation(of: ticketed, context: context)
        #expect(try quote.refund.adding(quote.penalty) == ticketed.total)
        #expect(try await provider.cancel(ticketed, as: quote, context: context) == quote)
        _ = try await provider.cancel(ticketed, as: quote, context: context)
        #expect(try caller.ledger() == ["cancelled bkg_7/1"])
    }

    @Test func theQuoteIsWhatTheMockGivesBack() async throws {
        let ticketed = try await provider.confirm(held(), context: context)
        let quote = try await provider.quoteCancellation(of: ticketed, context: context)
        let order = try #require(try caller.dialect.shop.orders().first)
        let refund = caller.dialect.shop.refund(of: order)
        // To the penny that rounding may keep.
        #expect(refund.minorUnits - quote.refund.minorUnits <= 1)
        #expect(quote.refund.minorUnits <= refund.minorUnits)
    }

    @Test func aReleasedHoldIsGone() async throws {
        let order = try await held()
        try await provider.release(order, context: context)
        try await provider.release(order, context: context)
        #expect(try caller.ledger() == ["released bkg_7/1"])
        let status = await #expect(throws: ProviderError.self) {
            _ = try await provider.status(of: order, context: context)
        }
        #expect(status?.code == .orderNotFound)
        let late = await #expect(throws: ProviderError.self) { _ = try await provider.confirm(order, context: context) }
        #expect(late?.code == .orderNotFound)
        #expect(late?.outcome == .notApplied)
    }

    @Test func refusalsOfTheMockAreUnderstood() async throws {
        let offer = try #require(try await provider.search(query([.adult]), context: context).offers.first)
        let request = OrderRequest(
            offer: try await provider.reprice(offer, for: [], context: context), passengers: [passenger(.adult)],
            reference: "bkg_7/1", holdFor: .seconds(600))
        transport.fault(.soldOut)
        let sold = await #expect(throws: ProviderError.self) { _ = try await provider.hold(request, context: context) }
        #expect(sold?.code == .soldOut)
        transport.fault(.priceMoved(percent: 10))
        let moved = await #expect(throws: ProviderError.self) { _ = try await provider.hold(request, context: context) }
        #expect(moved?.code == .fareChanged)
        let live = try await provider.reprice(offer, for: [], context: context)
        #expect(moved?.newTotal == live.total)
        #expect(live.total > offer.total.minorUnits)
        #expect(try caller.ledger().isEmpty)
    }

    @Test func aTokenThatTheMockForgotIsReplaced() async throws {
        let order = try await held()
        // The mock's clock runs past the token's end; the adapter's doesn't.
        caller.clock.advance(by: .seconds(1800))
        #expect(try await provider.confirm(order, context: context).state == .ticketed)
    }
}

extension Money {
    fileprivate static func > (left: Money, right: Int64) -> Bool { left.minorUnits > right }
}

/// Calls a dialect in this process.
private final class DialectTransport: HTTPTransport {
    private let dialect: AmadeusDialect
    /// What happens to the next booking call.
    private let next = Mutex<DomainFault?>(nil)

    init(dialect: AmadeusDialect) { self.dialect = dialect }

    func fault(_ fault: DomainFault) { next.withLock { $0 = fault } }

    func send(_ request: HTTPRequest) async throws(TransportError) -> HTTPResponse {
        let parts = request.url.dropFirst("http://mock".count).split(separator: "?")
        guard let path = parts.first, let query = try? FormEncoding.decode((parts.dropFirst().first ?? "").utf8) else {
            throw TransportError(.badRequest, maybeSent: false)
        }
        let headers = Dictionary(request.headers.map { ($0.name.lowercased(), $0.value) }) { first, _ in first }
        let call = MockRequest(
            method: request.method.rawValue, path: String(path), query: query, headers: headers,
            body: request.body ?? [])
        let fault = request.operation == .hold ? next.withLock { $0.take() } : nil
        let reply = dialect.answer(call, fault: fault)
        return HTTPResponse(
            status: reply.status, headers: reply.headers.map { HTTPHeader($0.name, $0.value) },
            body: PaddedBytes(reply.body))
    }
}
