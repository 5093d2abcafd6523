import FareDomain
import Testing

@Suite struct OfferFiltersTests {
    @Test func theDefaultLetsEverythingPass() {
        #expect(OfferFilters().admits(connecting("a")))
    }

    @Test func stopsAndDurationCountInEachSlice() {
        #expect(!passes(connecting("a")) { $0.maxStops = 0 })
        #expect(passes(connecting("a")) { $0.maxStops = 1 })
        #expect(!passes(connecting("a", lasts: 600)) { $0.maxDuration = .seconds(599 * 60) })
        #expect(passes(connecting("a", lasts: 600)) { $0.maxDuration = .seconds(600 * 60) })
        var twice = offer("a")
        let slice = Slice(segments: [segment("BA175")])!
        let connection = Slice(segments: connecting("b").fare.itinerary.slices[0].segments)!
        twice.fare.itinerary = Itinerary(slices: [slice, connection])!
        #expect(!passes(twice) { $0.maxStops = 0 })
        #expect(passes(twice) { $0.maxStops = 1 })
    }

    @Test func wantedCarriersMustMarketEveryFlight() {
        let mixed = offer(
            "a", segments: [segment("BA1", "LHR", "DUB", lasts: 60), segment("EI2", "DUB", departs: 700)])
        #expect(!passes(mixed) { $0.carriers = [CarrierCode("BA")!] })
        #expect(passes(mixed) { $0.carriers = [CarrierCode("BA")!, CarrierCode("EI")!] })
    }

    @Test func excludedCarriersNeitherMarketNorFly() {
        let codeshare = offer("a", segments: [segment("BA1512", operatedBy: "AA")])
        #expect(!passes(codeshare) { $0.excludedCarriers = [CarrierCode("AA")!] })
        #expect(!passes(codeshare) { $0.excludedCarriers = [CarrierCode("BA")!] })
        #expect(passes(codeshare) { $0.excludedCarriers = [CarrierCode("LH")!] })
    }

    @Test func whatAFareDoesNotSayItDoesNotHave() {
        #expect(!passes(offer("a")) { $0.checkedBags = 1 })
        #expect(!passes(offer("a")) { $0.refundableOnly = true })
        #expect(passes(offer("a", terms: FareTerms(checkedBags: 1))) { $0.checkedBags = 1 })
        #expect(!passes(offer("a", terms: FareTerms(checkedBags: 1))) { $0.checkedBags = 2 })
        #expect(passes(offer("a", terms: FareTerms(refundable: .yes))) { $0.refundableOnly = true })
        #expect(!passes(offer("a", terms: FareTerms(refundable: .no))) { $0.refundableOnly = true })
    }

    @Test func timesOfDayAreLocalAndInclusive() {
        // Departs at 10:00, arrives at 18:00.
        #expect(passes(offer("a")) { $0.departAfter = 36_000 })
        #expect(!passes(offer("a")) { $0.departAfter = 36_001 })
        #expect(passes(offer("a")) { $0.arriveBefore = 64_800 })
        #expect(!passes(offer("a")) { $0.arriveBefore = 64_799 })
    }

    private func passes(_ offer: Offer, _ change: (inout OfferFilters) -> Void) -> Bool {
        var filters = OfferFilters()
        change(&filters)
        return filters.admits(offer)
    }
}
