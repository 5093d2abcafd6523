import FareDomain
import FareTestSupport
import Testing

@Suite struct RankingTests {
    @Test func eachOrderPutsItsOwnMeasureFirst() {
        let cheap = connecting("cheap", total: 300_00, lasts: 900)
        let quick = offer("quick", total: 500_00, segments: [segment("BA175", lasts: 420)])
        let middle = connecting("middle", total: 330_00, lasts: 500)
        let all = [quick, middle, cheap]
        #expect(ids(all, .price) == ["cheap", "middle", "quick"])
        #expect(ids(all, .duration) == ["quick", "middle", "cheap"])
        #expect(ids(all, .stops) == ["quick", "cheap", "middle"])
        // 1 + ½·900/420 + ⅒ = 2.17; 1.1 + ½·500/420 + ⅒ = 1.80; 1.67 + ½ = 2.17, a little less than the first.
        #expect(ids(all, .best) == ["middle", "quick", "cheap"])
    }

    @Test func tiesAreBrokenOneMeasureAfterTheOther() {
        let offers = [
            offer("a-later", segments: [segment("BA175", departs: 700)]),
            offer("b-other-number", segments: [segment("BA177")]),
            offer("c-other-provider", "beta"),
            offer("d", reference: "2"),
            offer("f", reference: "1"),
            offer("e", reference: "1"),
            offer("g-longer", segments: [segment("BA175", lasts: 481)]),
        ]
        let expected = ["e", "f", "d", "c-other-provider", "b-other-number", "a-later", "g-longer"]
        for order in OfferOrder.allCases { #expect(ids(offers, order) == expected) }
    }

    @Test(arguments: OfferOrder.allCases)
    func theOrderOfTheInputNeverShows(order: OfferOrder) {
        let seed: UInt64 = 175
        var dice = SeededGenerator(seed: seed)
        let offers = randomOffers(400, &dice)
        let expected = Ranking.sorted(offers, by: order)
        for _ in 0..<5 {
            #expect(Ranking.sorted(offers.shuffled(using: &dice), by: order) == expected, "seed \(seed)")
        }
        // A total order: each pair is in the same order as in the whole list, except for the score, which looks at the
        // list.
        guard order != .best else { return }
        for _ in 0..<300 {
            let pair = [Int.random(in: 0..<400, using: &dice), Int.random(in: 0..<400, using: &dice)].sorted()
            guard pair[0] != pair[1] else { continue }
            #expect(Ranking.sorted([expected[pair[1]], expected[pair[0]]], by: order).first == expected[pair[0]])
        }
    }

    @Test func extremeNumbersAreRankedWithoutOverflow() {
        let offers = [offer("max", total: .max), offer("min", total: .min), offer("zero", total: 0)]
        for order in [OfferOrder.price, .best] { #expect(ids(offers, order) == ["min", "zero", "max"]) }
        #expect(Ranking.sorted([], by: .best).isEmpty)
    }

    private func ids(_ offers: [Offer], _ order: OfferOrder) -> [String] {
        Ranking.sorted(offers, by: order).map(\.id.rawValue)
    }
}

/// Offers with many ties and many that are the same flights.
func randomOffers(_ count: Int, _ dice: inout SeededGenerator) -> [Offer] {
    (0..<count).map { index in
        let number = Int.random(in: 1...20, using: &dice)
        let terms = FareTerms(
            brand: ["Light", "Flex", nil].randomElement(using: &dice)!,
            refundable: [.yes, .no].randomElement(using: &dice)!)
        return offer(
            "ofr_\(index)", ["alpha", "beta", "gamma"].randomElement(using: &dice)!,
            total: Int64.random(in: 1...30, using: &dice) * 10_00,
            segments: [segment("BA\(number)", departs: Int64(number) * 30, lasts: 400 + Int64(number % 4))],
            terms: terms, bookable: Bool.random(using: &dice), reference: "r\(index % 7)")
    }
}
