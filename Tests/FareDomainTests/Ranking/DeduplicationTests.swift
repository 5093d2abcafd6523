import FareDomain
import FareTestSupport
import Glibc
import Testing

@Suite struct DeduplicationTests {
    @Test func theCheapestStaysAndTheOthersAreBehindItCheapestFirst() {
        let folded = Deduplication.fold([
            offer("b", "beta", total: 120_00), offer("c", "gamma", total: 110_00), offer("a", "alpha", total: 100_00),
        ])
        #expect(folded.map(\.id.rawValue) == ["a"])
        #expect(folded[0].alsoSoldBy.map(\.offerID.rawValue) == ["c", "b"])
        #expect(folded[0].alsoSoldBy.map(\.provider.rawValue) == ["gamma", "beta"])
        #expect(folded[0].alsoSoldBy.map(\.total.minorUnits) == [110_00, 120_00])
    }

    @Test(arguments: [
        offer("x", "beta", segments: [segment("BA177")]),
        offer("x", "beta", segments: [segment("BA175", departs: 601)]),
        offer("x", "beta", segments: [segment("BA175", cabin: .business)]),
        offer("x", "beta", segments: [segment("BA175", "LGW")]),
        offer("x", "beta", terms: FareTerms(refundable: .yes)),
        offer("x", "beta", terms: FareTerms(changeable: .no)),
        offer("x", "beta", terms: FareTerms(checkedBags: 1)),
        offer("x", "beta", bookable: false),
    ])
    func whatDiffersStaysApart(other: Offer) {
        #expect(Deduplication.fold([offer("a"), other]).count == 2)
    }

    @Test(arguments: [
        offer("x", "beta", terms: FareTerms(brand: "Economy Light")),
        offer("x", "beta", segments: [segment("BA175", operatedBy: "AA")]),
        // The arrival is the provider's word for the same flight.
        offer("x", "beta", segments: [segment("BA175", lasts: 485)]),
    ])
    func howAProviderWordsItDoesNotCount(other: Offer) {
        #expect(Deduplication.fold([offer("a"), other]).count == 1)
    }

    @Test func slicesAreNotRunTogether() {
        let first = segment("EI151", "LHR", "DUB", lasts: 80)
        let second = segment("EI105", "DUB", "JFK", departs: 720)
        var apart = offer("apart", "beta", segments: [first])
        apart.fare.itinerary = Itinerary(slices: [Slice(segments: [first])!, Slice(segments: [second])!])!
        #expect(Deduplication.fold([offer("joined", segments: [first, second]), apart]).count == 2)
    }

    @Test func aProviderIsInAnOfferOnce() {
        let folded = Deduplication.fold([
            offer("a1", "alpha", total: 100_00), offer("b1", "beta", total: 105_00),
            offer("a2", "alpha", total: 130_00),
            offer("b2", "beta", total: 135_00), offer("b3", "beta", total: 150_00),
        ])
        #expect(folded.map(\.id.rawValue) == ["a1", "a2", "b3"])
        #expect(folded.map { $0.alsoSoldBy.map(\.offerID.rawValue) } == [["b1"], ["b2"], []])
    }

    @Test func nothingIsLostAndFoldingAgainChangesNothingButTheOthers() {
        let seed: UInt64 = 96
        var dice = SeededGenerator(seed: seed)
        let offers = randomOffers(1000, &dice)
        let folded = Deduplication.fold(offers)
        let ids = folded.flatMap { [$0.id] + $0.alsoSoldBy.map(\.offerID) }
        #expect(ids.count == 1000 && Set(ids) == Set(offers.map(\.id)), "seed \(seed)")
        #expect(Deduplication.fold(offers.shuffled(using: &dice)) == folded, "seed \(seed)")
        for offer in folded {
            let totals = [offer.fare.total.minorUnits] + offer.alsoSoldBy.map(\.total.minorUnits)
            #expect(totals == totals.sorted(), "seed \(seed)")
            #expect(Set(offer.alsoSoldBy.map(\.provider)).union([offer.fare.provider]).count == totals.count)
        }
    }

    @Test func tenTimesTheOffersTakeNothingLikeAHundredTimesAsLong() {
        var dice = SeededGenerator(seed: 7)
        let many = randomOffers(10_000, &dice)
        let few = Array(many.prefix(1000))
        /// This thread's own: what else the machine does is not in it.
        func now() -> Duration {
            var time = timespec()
            clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
            return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
        }
        func time(_ offers: [Offer]) -> Duration {
            (0..<3).map { _ in
                let start = now()
                _ = Ranking.sorted(Deduplication.fold(offers), by: .best)
                return now() - start
            }.min()!
        }
        let ratio = time(many) / time(few)
        #expect(ratio < 40, "took \(ratio) times as long")
    }
}
