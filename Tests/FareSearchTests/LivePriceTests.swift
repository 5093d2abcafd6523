import FareDomain
import FarePorts
import FareSearch
import FareTestSupport
import Resilience
import Testing

/// An offer that was shown, priced anew: what the caller is told, and what the offer book knows afterwards.
struct LivePriceTests {
    private let clock = ManualClock()
    private let provider: FakeProvider
    private let search: FareSearch

    init() {
        provider = FakeProvider(id: ProviderID("a"), clock: clock)
        provider.offer(Sample.offer("a", "1", 200_00))
        search = FareSearch(
            providers: [provider], rates: nil, book: OfferBook(capacity: 10), clock: clock,
            identifiers: IdentifierSource())
    }

    private var context: CallContext {
        CallContext(deadline: clock.now.advanced(by: .seconds(8)), requestID: "req_1")
    }

    private func shown() async throws -> ListedOffer {
        let outcome = await search.search(
            Sample.query, options: SearchOptions(deadline: clock.now.advanced(by: .seconds(8)), requestID: "req_1"))
        return try listed(try #require(outcome.offers.first).id)
    }

    private func listed(_ id: OfferID) throws -> ListedOffer {
        guard case .offer(let listed) = search.book.page(id, at: clock.timestamp) else { throw NotListed() }
        return listed
    }

    private struct NotListed: Error {}

    @Test func aFareThatRoseIsListedAtItsNewPriceAndNotTakenAsShown() async throws {
        let offer = try await shown()
        provider.script(.reprice, .raise(percent: 10), nil)
        for _ in 1...2 {
            guard case .rose(let from, let live) = await search.price(offer, for: [], context: context) else {
                Issue.record("it should have risen")
                return
            }
            #expect(from.minorUnits == 200_00)
            #expect(live.fare.total.minorUnits == 220_00)
            #expect(live.comparableTotal.minorUnits == 220_00)
        }
        let known = try listed(offer.offer.id)
        #expect(known.offer.fare.total.minorUnits == 220_00)
        #expect(known.shownTotal.minorUnits == 200_00)
    }

    @Test func aFareThatFellIsShownSoFromNowOn() async throws {
        let offer = try await shown()
        provider.script(.reprice, .raise(percent: -10))
        guard case .asShown(let live) = await search.price(offer, for: [], context: context) else {
            Issue.record("it should be as shown")
            return
        }
        #expect(live.fare.total.minorUnits == 180_00)
        #expect(try listed(offer.offer.id).shownTotal.minorUnits == 180_00)
    }

    @Test(arguments: [ProviderError.Code.soldOut, .offerExpired]) func whatCantBeHadIsForgotten(
        code: ProviderError.Code
    ) async throws {
        let offer = try await shown()
        provider.script(.reprice, .refuse(code))
        switch await search.price(offer, for: [], context: context) {
        case .soldOut: #expect(code == .soldOut)
        case .expired: #expect(code == .offerExpired)
        default: Issue.record("it can't be had")
        }
        #expect(throws: NotListed.self) { try listed(offer.offer.id) }
    }

    @Test func aFailedCallChangesNothing() async throws {
        let offer = try await shown()
        provider.script(.reprice, .loseBefore)
        guard case .failed(let error) = await search.price(offer, for: [], context: context) else {
            Issue.record("it should have failed")
            return
        }
        #expect(error.code == .connectionLost)
        #expect(try listed(offer.offer.id).offer == offer.offer)
    }

    @Test func aFareInAnotherCurrencyIsAnotherOffer() async throws {
        let offer = try await shown()
        search.relist(Sample.offer("a", "1", 200_00, currency: Sample.euros), as: offer.offer.id)
        #expect(throws: NotListed.self) { try listed(offer.offer.id) }
    }
}
