import FareDomain
import FarePorts
import FareSearch
import FareTestSupport
import Resilience
import Testing

struct FareSearchTests {
    private let clock = ManualClock()

    private func provider(_ name: String, _ behaviour: ListedProvider.Behaviour) -> ListedProvider {
        ListedProvider(id: ProviderID(name), behaviour: behaviour, clock: clock)
    }

    private func options(settle: Duration? = nil) -> SearchOptions {
        SearchOptions(deadline: clock.now.advanced(by: .seconds(8)), settle: settle, requestID: "req_1")
    }

    @Test func listsEveryProvidersOffersCheapestFirst() async {
        let search = Sample.search(
            [
                provider("b", .offers([Sample.offer("b", "1", 300_00, flight: "1")])),
                provider("a", .offers([Sample.offer("a", "1", 200_00, flight: "2")])),
            ], clock: clock)
        let outcome = await search.search(Sample.query, options: options())
        #expect(outcome.offers.map(\.fare.total.minorUnits) == [200_00, 300_00])
        #expect(outcome.isComplete)
        #expect(outcome.reports.map(\.provider.rawValue) == ["a", "b"])
        #expect(outcome.reports.allSatisfy { $0.status == .ok && $0.offers == 1 })
    }

    @Test func foldsWhatSeveralSellAndKeepsEachForBooking() async throws {
        let search = Sample.search(
            [
                provider("a", .offers([Sample.offer("a", "1", 210_00)])),
                provider("b", .offers([Sample.offer("b", "1", 200_00)])),
            ], clock: clock)
        let outcome = await search.search(Sample.query, options: options())
        #expect(outcome.offers.count == 1)
        #expect(outcome.listings.count == 2)
        let offer = try #require(outcome.offers.first)
        #expect(offer.fare.provider == ProviderID("b"))
        #expect(offer.alsoSoldBy.map(\.provider) == [ProviderID("a")])
        guard case .offer(let page) = search.book.page(offer.alsoSoldBy[0].offerID, at: clock.timestamp) else {
            Issue.record("the other offer can't be looked up")
            return
        }
        #expect(page.offer.fare.total.minorUnits == 210_00)
    }

    @Test func aFailingProviderCostsOnlyItself() async {
        let failures: [(ProviderError.Code, ProviderReport.Status)] = [
            (.timedOut, .timeout), (.circuitOpen, .circuitOpen), (.rateLimited, .rateLimited),
            (.overloaded, .rateLimited), (.serverError, .error), (.unavailable, .error), (.unreadable, .error),
        ]
        for (code, status) in failures {
            let search = Sample.search(
                [
                    provider("a", .fails(ProviderError(code, outcome: .notApplied))),
                    provider("b", .offers([Sample.offer("b", "1", 200_00)])),
                ], clock: clock)
            let outcome = await search.search(Sample.query, options: options())
            #expect(outcome.reports.first?.status == status)
            #expect(outcome.offers.count == 1)
            #expect(!outcome.isComplete)
            #expect(outcome.isAnswered)
        }
    }

    @Test func noOffersIsAnAnswer() async {
        let search = Sample.search([provider("a", .offers([]))], clock: clock)
        let outcome = await search.search(Sample.query, options: options())
        #expect(outcome.reports.first?.status == .empty)
        #expect(outcome.isComplete)
    }

    @Test func answersAtTheDeadlineWithWhatThereIs() async {
        let search = Sample.search(
            [
                provider("a", .late(.seconds(60), [])),
                provider("b", .offers([Sample.offer("b", "1", 200_00)])),
            ], clock: clock)
        let clock = clock
        let options = options()
        async let outcome = search.search(Sample.query, options: options)
        await clock.sleepers(atLeast: 2)
        clock.advance(by: .seconds(8))
        let partial = await outcome
        #expect(partial.reports.map(\.status) == [.timeout, .ok])
        #expect(partial.reports.first?.latency == .seconds(8))
        #expect(partial.offers.count == 1)
    }

    @Test func settlesAfterTheFirstAnswer() async {
        let search = Sample.search(
            [
                provider("a", .late(.seconds(60), [])),
                provider("b", .offers([Sample.offer("b", "1", 200_00)])),
            ], clock: clock)
        let clock = clock
        let options = options(settle: .milliseconds(300))
        async let outcome = search.search(Sample.query, options: options)
        await clock.sleepers(atLeast: 3)
        clock.advance(by: .milliseconds(300))
        let partial = await outcome
        #expect(partial.reports.map(\.status) == [.timeout, .ok])
        #expect(partial.reports.first?.latency == .milliseconds(300))
    }

    @Test func comparesInTheCurrencyThatWasAskedFor() async throws {
        let search = Sample.search(
            [
                provider("a", .offers([Sample.offer("a", "1", 200_00, currency: Sample.euros, flight: "1")])),
                provider("b", .offers([Sample.offer("b", "1", 176_00, flight: "2")])),
            ], clock: clock, rates: try Sample.rates())
        let outcome = await search.search(Sample.query, options: options())
        #expect(outcome.offers.map(\.comparableTotal.description) == ["175.00 GBP", "176.00 GBP"])
        #expect(outcome.offers.first?.fare.total.description == "200.00 EUR")
        #expect(outcome.rates.map(\.from) == [Sample.euros])
    }

    @Test func anOfferWithoutARateIsLeftOutAndSaidSo() async throws {
        let search = Sample.search(
            [provider("a", .offers([Sample.offer("a", "1", 200_00, currency: Sample.euros)]))], clock: clock)
        let outcome = await search.search(Sample.query, options: options())
        #expect(outcome.offers.isEmpty)
        #expect(try #require(outcome.reports.first?.detail).contains("no rate for EUR"))
    }

    @Test func anInstantOfferOfAProviderThatCantBeAskedIsNotBookable() async {
        var blind = provider("a", .offers([Sample.offer("a", "1", 200_00, holdable: false)]))
        blind.capabilities.findsOrders = false
        let outcome = await Sample.search([blind], clock: clock).search(Sample.query, options: options())
        #expect(outcome.offers.map(\.bookable) == [false])
    }

    @Test func anOfferThatHasRunOutIsNotBookable() async {
        let past = clock.timestamp.advanced(by: .seconds(-1))
        let search = Sample.search(
            [provider("a", .offers([Sample.offer("a", "1", 200_00, expiresAt: past)]))], clock: clock)
        let outcome = await search.search(Sample.query, options: options())
        #expect(outcome.offers.map(\.bookable) == [false])
    }

    /// The clock stands still: whoever waited for the deadline would wait for ever.
    @Test(.timeLimit(.minutes(1))) func withoutProvidersThereIsNothingToWaitFor() async {
        let outcome = await Sample.search([], clock: clock).search(Sample.query, options: options())
        #expect(outcome.offers.isEmpty && outcome.reports.isEmpty)
        #expect(!outcome.isAnswered)
    }

    @Test func limitNeverConvertsBackAboveWhatWasAccepted() throws {
        let search = Sample.search([], clock: clock, rates: try Sample.rates())
        var generator = SeededGenerator(seed: 7)
        for code in ["EUR", "USD", "JPY"] {
            let currency = try #require(Currency(code))
            for _ in 0..<500 {
                let accepted = Money(
                    minorUnits: Int64.random(in: 1...10_000_000, using: &generator), currency: Sample.pounds)
                let limit = try #require(search.limit(accepted, in: currency))
                let back = try #require(search.convert(limit, to: Sample.pounds))
                #expect(back.minorUnits <= accepted.minorUnits, "\(accepted) as \(limit) is \(back)")
                let more = Money(minorUnits: limit.minorUnits + 1, currency: currency)
                #expect(try #require(search.convert(more, to: Sample.pounds)).minorUnits > accepted.minorUnits)
            }
        }
    }

    @Test func reportsEachProviderAsItAnswers() async {
        let search = Sample.search(
            [provider("a", .offers([])), provider("b", .fails(ProviderError(.unavailable, outcome: .notApplied)))],
            clock: clock)
        let seen = Seen()
        _ = await search.search(Sample.query, options: options()) { seen.add($0.provider.rawValue) }
        #expect(seen.names.sorted() == ["a", "b"])
    }
}
