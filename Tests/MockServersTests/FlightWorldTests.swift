import FareDomain
import Testing

@testable import MockServers

struct FlightWorldTests {
    private static let sellers = ["duffel", "amadeus", "ndc"]

    private func catalogues(seed: UInt64) -> [Catalogue] {
        let world = FlightWorld(seed: seed)
        return FlightWorldTests.sellers.map { Catalogue(seller: $0, world: world, currency: .pounds) }
    }

    @Test func theSameSeedTellsTheSameOffers() {
        for seller in FlightWorldTests.sellers {
            let once = Catalogue(seller: seller, world: FlightWorld(seed: 3), currency: .pounds)
            let again = Catalogue(seller: seller, world: FlightWorld(seed: 3), currency: .pounds)
            #expect(once.offers(for: oneWay("LON", "NYC")) == again.offers(for: oneWay("LON", "NYC")))
        }
    }

    @Test func anotherSeedTellsOtherOffers() {
        let one = catalogues(seed: 3)[0].offers(for: oneWay("LHR", "JFK"))
        #expect(one != catalogues(seed: 4)[0].offers(for: oneWay("LHR", "JFK")))
    }

    @Test(arguments: [
        ("LHR", "JFK"), ("LON", "NYC"), ("MAD", "BCN"), ("PAR", "BER"), ("SYD", "LHR"), ("INV", "HBA"), ("EDI", "FAO"),
        ("GRU", "NRT"), ("DEL", "SFO"), ("ANC", "CPT"), ("KEF", "PPT"), ("BGO", "TOS"), ("AKL", "MAD"),
    ])
    func everyPairHasFifteenToFortyOffersAtEveryMock(origin: String, destination: String) {
        for catalogue in catalogues(seed: 1) {
            let counts = (0..<5).map { catalogue.offers(for: oneWay(origin, destination, day: $0)).count }
            #expect(
                counts.allSatisfy { (15...40).contains($0) }, "\(catalogue.seller) \(origin)-\(destination) \(counts)")
        }
    }

    @Test func businessAndReturnsAndManySlicesHaveOffers() {
        let legs = [("LON", "NYC", 0), ("NYC", "LAX", 4), ("LAX", "LON", 9)].map {
            TripQuery.Leg(origin: $0, destination: $1, date: day($2))
        }
        for catalogue in catalogues(seed: 1) {
            #expect(catalogue.offers(for: oneWay("LON", "NYC", cabin: .business)).count >= 10)
            for count in 2...3 {
                let query = TripQuery(legs: Array(legs.prefix(count)), travellers: [.adult], cabin: .economy)
                let offers = catalogue.offers(for: query)
                #expect(offers.count >= 15, "\(catalogue.seller) \(count) slices")
                #expect(offers.allSatisfy { $0.slices.count == count })
            }
        }
    }

    @Test func itinerariesHoldTogether() throws {
        for connection in FlightWorld(seed: 1).connections(from: "INV", to: "HBA", on: day(0)) {
            let segments = try connection.flights.map { try #require($0.segment(cabin: .economy)) }
            let slice = try #require(Slice(segments: segments), "\(connection.key)")
            #expect(slice.duration > .zero && slice.duration < .seconds(3 * 86_400))
            #expect(Set(slice.segments.map(\.origin)).count == slice.segments.count)
        }
    }

    @Test func timesAreTheAirportsOwn() throws {
        let flights = FlightWorld(seed: 1).connections(from: "LHR", to: "JFK", on: day(0)).filter { $0.stops == 0 }
        let flight = try #require(flights.first)
        // 2026-12-13: London is on UTC, New York five hours behind.
        #expect(flight.departsAt.offset == 0)
        #expect(flight.arrivesAt.offset == -5 * 3600)
        #expect(flight.departsAt.local.date == day(0))
        #expect((.seconds(6 * 3600)...(.seconds(9 * 3600))).contains(flight.duration))
    }

    @Test func childrenPayThreeQuartersAndInfantsATenth() throws {
        let adult = try #require(catalogues(seed: 1)[0].offers(for: oneWay("LHR", "JFK")).first)
        let family = catalogues(seed: 1)[0].offers(for: oneWay("LHR", "JFK", [.adult, .child, .infant]))
        let same = try #require(family.first { $0.key == adult.key })
        let one = adult.total.minorUnits
        #expect(same.prices.map(\.total.minorUnits) == [one, (one * 75 + 50) / 100, (one * 10 + 50) / 100])
        #expect(same.total.minorUnits == same.prices.reduce(0) { $0 + $1.total.minorUnits })
        #expect(same.prices.allSatisfy { $0.base.minorUnits + $0.taxes.minorUnits == $0.total.minorUnits })
    }

    @Test(arguments: [1, 2, 3] as [UInt64]) func eachMockIsCheapestOnAFairShareOfRoutesAndDays(seed: UInt64) {
        let catalogues = catalogues(seed: seed)
        var wins: [String: Int] = [:]
        for (origin, destination) in [("LON", "NYC"), ("LHR", "JFK"), ("MAD", "BCN"), ("PAR", "BER"), ("SFO", "TYO")] {
            for offset in 0..<12 {
                let cheapest = catalogues.compactMap { catalogue in
                    catalogue.offers(for: oneWay(origin, destination, day: offset)).first
                        .map { ($0.total.minorUnits, catalogue.seller) }
                }.min { $0 < $1 }
                if let cheapest { wins["\(origin)-\(destination) \(cheapest.1)", default: 0] += 1 }
            }
        }
        for seller in FlightWorldTests.sellers {
            let total = wins.filter { $0.key.hasSuffix(seller) }.values.reduce(0, +)
            #expect((10...32).contains(total), "seed \(seed): \(wins.sorted { $0.key < $1.key })")
        }
    }

    @Test func mocksShareFlightsAtOtherPricesAndHaveSomeAlone() {
        let offers = catalogues(seed: 1).map { catalogue in
            Dictionary(
                catalogue.offers(for: oneWay("LON", "NYC")).filter { $0.fare.code == "light" }.map {
                    ($0.key, $0.total)
                },
                uniquingKeysWith: { first, _ in first })
        }
        for (index, own) in offers.enumerated() {
            let others = offers.enumerated().filter { $0.offset != index }.map(\.element)
            let shared = own.filter { key, _ in others.contains { $0[key] != nil } }
            #expect(shared.count >= 5)
            #expect(shared.count < own.count)
            #expect(shared.contains { key, total in others.contains { $0[key].map { $0 != total } ?? false } })
        }
    }

    @Test func termsDiffer() {
        for catalogue in catalogues(seed: 1) {
            let fares = catalogue.offers(for: oneWay("LON", "NYC")).map(\.fare)
            #expect(Set(fares.map(\.holdable)).count == 2, "\(catalogue.seller)")
            #expect(Set(fares.map(\.refundable)).count == 2, "\(catalogue.seller)")
        }
    }

    @Test func anotherCurrencyIsTheSameFareAtTheFixedRate() throws {
        var query = oneWay("LHR", "JFK")
        let pounds = try #require(catalogues(seed: 1)[1].offers(for: query).first)
        query.currencyCode = "EUR"
        let euros = try #require(catalogues(seed: 1)[1].offers(for: query).first { $0.key == pounds.key })
        #expect(euros.total.currency.code == "EUR")
        #expect(euros.total.minorUnits == (pounds.total.minorUnits * 11_700 + 5000) / 10_000)
    }
}
