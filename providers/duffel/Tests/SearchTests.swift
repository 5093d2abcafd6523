import FareDomain
import FarePorts
import FareTestSupport
import Resilience
import Testing

@testable import DuffelProvider

struct SearchTests {
    @Test
    func asksForOffersWithinTheTimeThereIs() async throws {
        let bench = Bench(.answer(201, body: Fixture.search()))
        var query = try Bench.query([
            SearchedPassenger(type: .adult), SearchedPassenger(type: .child, age: 7), SearchedPassenger(type: .child),
            SearchedPassenger(type: .infant),
        ])
        query.filters.maxStops = 1
        let answer = try await bench.provider.search(query, context: bench.context)
        #expect(answer.offers.isEmpty)
        #expect(
            bench.requests == [
                "POST /air/offer_requests?return_offers=true&supplier_timeout=4500 "
                    + #"{"data":{"cabin_class":"premium_economy","#
                    + #""slices":[{"origin":"LON","destination":"NYC","departure_date":"2026-12-10"}],"#
                    + #""passengers":[{"type":"adult"},{"age":7},{"type":"child"},{"type":"infant_without_seat"}],"#
                    + #""max_connections":1}}"#
            ])
    }

    @Test
    func saysWhoAsks() async throws {
        let bench = Bench(.answer(201, body: Fixture.search()))
        _ = try await bench.provider.search(try Bench.query(), context: bench.context)
        let request = try #require(bench.transport.requests.first)
        let headers = Dictionary(request.headers.map { ($0.name, $0.value) }, uniquingKeysWith: { first, _ in first })
        #expect(
            headers == [
                "Authorization": "Bearer secret", "Duffel-Version": "v2", "Accept": "application/json",
                "Content-Type": "application/json", "X-Request-Id": "req-1", "traceparent": "00-a-b-01",
            ])
        #expect(request.effect == .read)
        #expect(request.operation == .search)
        #expect(request.deadline == bench.context.deadline)
    }

    @Test(arguments: [(Duration.seconds(1), Int64(2000)), (.seconds(90), 60_000), (.milliseconds(-5), 2000)])
    func supplierTimeoutStaysInDuffelsRange(_ patience: Duration, _ milliseconds: Int64) {
        #expect(SearchRequest.supplierTimeout(within: patience) == milliseconds)
    }

    @Test
    func readsAnOfferWhole() async throws {
        let answer = try await Bench.read(Fixture.offer())
        #expect(answer.dropped == [:])
        #expect(answer.durationMismatches == 0)
        let offer = try #require(answer.offers.first)
        #expect(offer.reference == "off_1")
        #expect(offer.total.description == "321.50 GBP")
        #expect(offer.base?.description == "300.00 GBP")
        #expect(offer.taxes?.description == "21.50 GBP")
        #expect(offer.holdable)
        #expect(offer.expiresAt?.description == "2026-06-01T12:30:00.500Z")
        #expect(offer.priceGuaranteeExpiresAt?.description == "2026-06-01T18:00:00Z")
        #expect(offer.payload == #"[{"id":"pas_1","type":"adult","age":null}]"#)
        #expect(offer.terms == FareTerms(brand: "Light", refundable: .unknown, changeable: .no, checkedBags: 1))
        let segment = try #require(offer.itinerary.slices.first?.segments.first)
        #expect(segment.flightNumber == "117")
        #expect(segment.marketingCarrier.rawValue == "BA")
        #expect(segment.operatingCarrier?.rawValue == "AA")
        #expect(segment.departsAt.description == "2026-12-10T09:25:00+00:00")
        #expect(segment.arrivesAt.description == "2026-12-10T12:20:00-05:00")
        #expect(segment.duration == .seconds(7 * 3600 + 55 * 60))
    }

    @Test
    func theStatedZoneCountsAndTheTableStandsIn() async throws {
        let nowhere = Fixture.segment(from: Fixture.airport("LHR", "Mars/Olympus"), to: Fixture.airport("JFK", nil))
        #expect(try await Bench.offer(Fixture.offer(segments: [nowhere])) == Bench.offer())
        // A railway station that no airport table has.
        let station = Fixture.segment(from: Fixture.airport("QQ1", "Europe/London"))
        #expect(try await Bench.read(Fixture.offer(segments: [station])).dropped == ["no airport": 1])
        let moved = Fixture.segment(from: Fixture.airport("LHR", "Europe/Paris"))
        let offer = try await Bench.offer(Fixture.offer(segments: [moved]))
        #expect(offer.itinerary.departsAt.offset == 3600)
    }

    @Test
    func conditionsSayWhatARefundCosts() async throws {
        let penalty = #"{"allowed":true,"penalty_amount":"70.00","penalty_currency":"GBP"}"#
        let refundable = try await Bench.offer(Fixture.offer(refund: penalty)).terms
        #expect(refundable.refundable == .yes)
        #expect(refundable.refundPenalty?.description == "70.00 GBP")
        let open = #"{"allowed":true,"penalty_amount":null,"penalty_currency":null}"#
        #expect(try await Bench.offer(Fixture.offer(refund: open)).terms.refundPenalty == nil)
        #expect(try await Bench.offer(Fixture.offer(refund: #"{"allowed":false}"#)).terms.refundable == .no)
    }

    @Test
    func bagsAreTheFewestOnAnySegment() async throws {
        func bags(_ first: String, _ second: String) async throws -> Int? {
            let change = Fixture.airport("DUB", "Europe/Dublin")
            let segments = [
                Fixture.segment(to: change, arriving: "2026-12-10T10:30:00", duration: "null", baggages: first),
                Fixture.segment(
                    from: change, departing: "2026-12-10T11:30:00", arriving: "2026-12-10T14:00:00", duration: "null",
                    baggages: second),
            ]
            return try await Bench.offer(Fixture.offer(segments: segments)).terms.checkedBags
        }
        let two = #"[{"type":"checked","quantity":2}]"#
        #expect(try await bags(two, #"[{"type":"checked","quantity":1}]"#) == 1)
        #expect(try await bags(two, #"[{"type":"carry_on","quantity":1}]"#) == 0)
        #expect(try await bags(two, "[]") == nil)
    }

    @Test
    func taxesMayBeUnknown() async throws {
        #expect(try await Bench.offer(Fixture.offer(tax: "null")).taxes == nil)
    }

    @Test
    func statedDurationsThatDifferAreCountedNotBelieved() async throws {
        let offer = Fixture.offer(segments: [Fixture.segment(duration: #""PT1H""#)])
        let answer = try await Bench.read(offer, Fixture.offer(segments: [Fixture.segment(duration: "null")]))
        #expect(answer.durationMismatches == 1)
        #expect(answer.offers[0].itinerary == answer.offers[1].itinerary)
    }

    @Test(
        arguments: [
            (Fixture.offer(id: ""), "no id"), (Fixture.offer(total: "null"), "no total"),
            (Fixture.offer(total: "321.5"), "no total"), (Fixture.offer(total: #""12.345""#), "unreadable amount"),
            (Fixture.offer(total: #""-1.00""#), "unreadable amount"),
            (Fixture.offer(currency: "GB"), "unknown currency"),
            (Fixture.offer(segments: []), "no segments"), (Fixture.offer(passengers: "[]"), "no passengers"),
            (Fixture.offer(expires: #""soon""#), "unreadable expiry"),
            (Fixture.offer(segments: [Fixture.segment(departing: "2026-02-30T10:00:00")]), "unreadable time"),
            (Fixture.offer(segments: [Fixture.segment("")]), "no flight number"),
            (Fixture.offer(segments: [Fixture.segment(arriving: "2026-12-09T12:20:00")]), "impossible flights"),
            (Fixture.offer(segments: [Fixture.segment(to: Fixture.airport("XQZ", nil))]), "unknown airport"),
            ("7", "no id"),
        ])
    func whatMattersAndIsWrongDropsThatOfferAlone(_ offer: String, _ reason: String) async throws {
        let answer = try await Bench.read(offer, Fixture.offer(id: "off_2"))
        #expect(answer.dropped == [reason: 1])
        #expect(answer.offers.map(\.reference) == ["off_2"])
    }

    @Test
    func repricingReadsTheOfferAnew() async throws {
        let bench = Bench(.answer(200, body: Fixture.data(Fixture.offer(total: #""399.00""#))))
        let offer = try await Bench.offer()
        let live = try await bench.provider.reprice(offer, for: [Bench.ada], context: bench.context)
        #expect(live.total.description == "399.00 GBP")
        #expect(bench.requests == ["GET /air/offers/off_1"])
        #expect(bench.transport.requests.first?.operation == .reprice)
    }

    @Test
    func anOfferThatCannotBeReadAnewIsUnreadable() async throws {
        let bench = Bench(.answer(200, body: Fixture.data(Fixture.offer(total: "null"))))
        let offer = try await Bench.offer()
        let error = await Bench.error { () throws(ProviderError) in
            try await bench.provider.reprice(offer, for: [Bench.ada], context: bench.context)
        }
        #expect(error?.code == .unreadable)
        #expect(error?.detail == "no total")
    }
}
