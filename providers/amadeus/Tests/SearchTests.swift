import FareDomain
import FarePorts
import FareTestSupport
import Testing

@testable import AmadeusProvider

@Suite("Amadeus: searching")
struct SearchTests {
    @Test func searchSendsExactlyWhatAmadeusDocuments() async throws {
        let harness = AmadeusHarness(.answer(200, body: AmadeusFixture.searchAnswer()))
        let query = try AmadeusFixture.query(stops: 1, passengers: [.adult, .infant, .adult, .child, .infant])
        _ = try await harness.provider.search(query, context: harness.context)

        let request = try #require(harness.calls.first)
        #expect(request.method == .post)
        #expect(request.url == "https://amadeus.test/v2/shopping/flight-offers")
        #expect(request.operation == .search)
        #expect(request.effect == .read)
        #expect(request.deadline == harness.context.deadline)
        #expect(
            request.headers == [
                HTTPHeader("Accept", "application/json, application/vnd.amadeus+json"),
                HTTPHeader("Authorization", "Bearer t0k3n-1"),
                HTTPHeader("Content-Type", "application/vnd.amadeus+json"),
                HTTPHeader("X-HTTP-Method-Override", "GET"), HTTPHeader("X-Request-Id", "req-1"),
                HTTPHeader("traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"),
            ])
        #expect(
            request.text
                == #"{"currencyCode":"GBP","originDestinations":[{"id":"1","originLocationCode":"LON","#
                + #""destinationLocationCode":"NYC","departureDateTimeRange":{"date":"2026-12-10"}}],"#
                + #""travelers":[{"id":"1","travelerType":"ADULT"},"#
                + #"{"id":"2","travelerType":"HELD_INFANT","associatedAdultId":"1"},{"id":"3","travelerType":"ADULT"},"#
                + #"{"id":"4","travelerType":"CHILD"},"#
                + #"{"id":"5","travelerType":"HELD_INFANT","associatedAdultId":"3"}],"#
                + #""sources":["GDS"],"searchCriteria":{"maxFlightOffers":250,"#
                + #""additionalInformation":{"brandedFares":true},"flightFilters":{"#
                + #""cabinRestrictions":[{"cabin":"ECONOMY","coverage":"MOST_SEGMENTS","originDestinationIds":["1"]}],"#
                + #""connectionRestriction":{"maxNumberOfConnections":1}}}}"#)
    }

    @Test(arguments: [nil, 3, 9]) func moreStopsThanAmadeusCanLimitAreNotLimited(stops: Int?) async throws {
        let harness = AmadeusHarness(.answer(200, body: AmadeusFixture.searchAnswer()))
        _ = try await harness.provider.search(AmadeusFixture.query(stops: stops), context: harness.context)
        #expect(harness.calls.first?.text.contains("connectionRestriction") == false)
    }

    @Test func anOfferIsReadIntoTheCommonModel() async throws {
        let offer = try await AmadeusHarness.offer(AmadeusFixture.roundTrip)
        #expect(offer.reference == "1")
        // grandTotal, whose second digit is missing; the total is 4.00 lower.
        #expect(offer.total.description == "184.10 GBP")
        #expect(offer.base?.description == "126.00 GBP")
        #expect(offer.taxes?.description == "58.10 GBP")
        #expect(offer.holdable)
        #expect(offer.expiresAt == nil)
        // The end of 30 November in London.
        #expect(offer.priceGuaranteeExpiresAt == Timestamp(secondsSinceEpoch: 1_796_083_199))
        #expect(offer.terms == FareTerms(brand: "LIGHTONE", checkedBags: 1))

        let slices = offer.itinerary.slices
        #expect(slices.map(\.duration) == [.seconds(9000), .seconds(20_700)])
        #expect(slices.map(\.stops) == [0, 1])
        let out = slices[0].segments[0]
        #expect(out.departsAt.description == "2026-12-10T07:30:00+00:00")
        #expect(out.arrivesAt.description == "2026-12-10T11:00:00+01:00")
        #expect(out.marketingCarrier.rawValue == "IB")
        #expect(out.flightNumber == "3167")
        #expect(out.operatingCarrier?.rawValue == "BA")
        #expect(slices[1].segments.map(\.cabin) == [.premiumEconomy, .economy])
        #expect(slices[1].segments[0].operatingCarrier == nil)
    }

    @Test func thePayloadIsTheOfferByteForByte() async throws {
        let offer = try await AmadeusHarness.offer(AmadeusFixture.roundTrip)
        #expect(offer.payload == AmadeusFixture.roundTrip)
    }

    @Test func statedDurationsThatDifferAreCountedAndNotBelieved() async throws {
        let wrong = AmadeusFixture.roundTrip.replacing("PT1H45M", with: "PT9H").replacing("PT5H45M", with: "PT9H")
        let harness = AmadeusHarness(.answer(200, body: AmadeusFixture.searchAnswer(wrong, AmadeusFixture.roundTrip)))
        let answer = try await harness.provider.search(AmadeusFixture.query(), context: harness.context)
        #expect(answer.durationMismatches == 2)
        #expect(answer.offers.count == 2)
        #expect(answer.offers[0].itinerary == answer.offers[1].itinerary)
    }

    @Test(arguments: [
        (#""id":"1","source""#, #""id":null,"source""#, "no id"),
        (#""grandTotal":"184.1""#, #""grand":"184.1""#, "no total"),
        (#""grandTotal":"184.1""#, #""grandTotal":"184.105""#, "bad total"),
        (#""grandTotal":"184.1""#, #""grandTotal":"1,84""#, "bad total"),
        (#""grandTotal":"184.1""#, #""grandTotal":"0""#, "bad total"),
        (#""price":{"currency":"GBP""#, #""price":{"currency":"ZZZ""#, "unknown currency"),
        (#""price":{"currency":"GBP""#, #""price":{"money":"GBP""#, "no currency"),
        (#""billingCurrency":"GBP""#, #""billingCurrency":"EUR""#, "billed in another currency"),
        (#""iataCode":"FRA","terminal":"1","at":"2026-12-17T14:35:00""#, #""at":"2026-12-17T14:35:00""#, "no airport"),
        (#""iataCode":"LHR","terminal":"5""#, #""iataCode":"QQQ""#, "unknown airport"),
        ("2026-12-10T07:30:00", "2026-12-10", "no time"),
        ("2026-12-10T07:30:00", "2026-12-10T10:30:00", "flights out of order"),
        ("2026-12-17T16:00:00", "2026-12-17T14:00:00", "flights out of order"),
        (#""number":"914""#, #""number":"""#, "no flight number"),
        (#""number":"914""#, #""number":"000""#, "no flight number"),
        (#""carrierCode":"LH","number":"914""#, #""carrierCode":"lufthansa","number":"914""#, "no carrier"),
        (#""cabin":"PREMIUM_ECONOMY""#, #""cabin":"STEERAGE""#, "unknown cabin"),
        (#""segmentId":"13""#, #""segmentId":"14""#, "no cabin"),
        (#""itineraries":["#, #""itinerarios":["#, "no itinerary"),
        (#""segments":["#, #""segmentos":["#, "no segments"),
    ]) func anOfferThatLacksWhatMattersIsDroppedAlone(part: String, replacement: String, reason: String) async throws {
        let broken = AmadeusFixture.roundTrip.replacing(part, with: replacement)
        #expect(broken != AmadeusFixture.roundTrip)
        let harness = AmadeusHarness(
            .answer(200, body: AmadeusFixture.searchAnswer(broken, AmadeusFixture.roundTrip)))
        let answer = try await harness.provider.search(AmadeusFixture.query(), context: harness.context)
        #expect(answer.offers.count == 1)
        #expect(answer.dropped == [reason: 1])
    }

    @Test func anOfferThatMustBeTicketedAtOnceOrDoesNotSayIsNotHoldable() async throws {
        let instant = AmadeusFixture.offer().replacing("Required\":false", with: "Required\":true")
        #expect(try await AmadeusHarness.offer(instant).holdable == false)
        let silent = AmadeusFixture.offer().replacing(#""instantTicketingRequired":false,"#, with: "")
        #expect(try await AmadeusHarness.offer(silent).holdable == false)
    }

    @Test func anAmountMayHaveAnyNumberOfDigitsThatAreZero() async throws {
        let yen = try await AmadeusHarness.offer(AmadeusFixture.offer(total: "48200.00", currency: "JPY"))
        #expect(yen.total.minorUnits == 48_200)
        let dinars = try await AmadeusHarness.offer(AmadeusFixture.offer(total: "126", currency: "BHD"))
        #expect(dinars.total.minorUnits == 126_000)
        #expect(dinars.base?.minorUnits == 0)
    }

    @Test func nothingFoundIsAnAnswer() async throws {
        let empty = AmadeusHarness(.answer(200, body: #"{"meta":{"count":0},"data":[]}"#))
        #expect(try await empty.provider.search(AmadeusFixture.query(), context: empty.context).offers.isEmpty)
        let none = AmadeusHarness(
            .answer(404, body: AmadeusFixture.error("1797", status: "404", title: "NOT FOUND")))
        #expect(try await none.provider.search(AmadeusFixture.query(), context: none.context).offers.isEmpty)
    }

    @Test(arguments: ["", "<html></html>", "{}", "[]", #"{"data":null}"#, #"{"data":{}}"#, "{\"data\":[{}"])
    func anAnswerThatIsNoListIsUnreadable(body: String) async throws {
        let harness = AmadeusHarness(.answer(200, body: body))
        let error = await #expect(throws: ProviderError.self) {
            _ = try await harness.provider.search(AmadeusFixture.query(), context: harness.context)
        }
        #expect(error?.code == .unreadable)
    }
}
