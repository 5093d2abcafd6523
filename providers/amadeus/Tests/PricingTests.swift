import FareDomain
import FarePorts
import FareTestSupport
import Testing

@testable import AmadeusProvider

@Suite("Amadeus: pricing")
struct PricingTests {
    @Test func pricingEchoesTheWholeOfferByteForByte() async throws {
        let offer = try await AmadeusHarness.offer(AmadeusFixture.roundTrip)
        let harness = AmadeusHarness(.answer(200, body: AmadeusFixture.pricingAnswer(AmadeusFixture.roundTrip)))
        _ = try await harness.provider.reprice(offer, for: [], context: harness.context)

        let request = try #require(harness.calls.first)
        #expect(request.method == .post)
        #expect(
            request.url == "https://amadeus.test/v1/shopping/flight-offers/pricing?include=detailed-fare-rules")
        #expect(request.operation == .reprice)
        #expect(request.effect == .read)
        #expect(request.header("X-HTTP-Method-Override") == "GET")
        #expect(
            request.text
                == #"{"data":{"type":"flight-offers-pricing","flightOffers":["# + AmadeusFixture.roundTrip + "]}}")
    }

    @Test func pricingNamesTheTravelersWhereTheyAreKnown() async throws {
        let offer = try await AmadeusHarness.offer(AmadeusFixture.offer())
        let harness = AmadeusHarness(.answer(200, body: AmadeusFixture.pricingAnswer(AmadeusFixture.offer())))
        _ = try await harness.provider.reprice(offer, for: [AmadeusFixture.ada], context: harness.context)
        let body = try #require(harness.calls.first).text
        #expect(
            body.hasSuffix(
                #","travelers":[{"id":"1","dateOfBirth":"1989-03-02","name":{"firstName":"ADA","lastName":"LOVELACE"},"#
                    + #""gender":"FEMALE","contact":{"emailAddress":"ada@example.com","#
                    + #""phones":[{"deviceType":"MOBILE","#
                    + #""countryCallingCode":"44","number":"2080160508"}]}}]}}"#))
    }

    @Test func thePricedOfferReplacesThePayloadAndKeepsTheReference() async throws {
        let offer = try await AmadeusHarness.offer(AmadeusFixture.offer(id: "17"))
        let priced = AmadeusFixture.offer(id: "1", total: "331.20", extra: AmadeusFixture.rules)
        let harness = AmadeusHarness(.answer(200, body: AmadeusFixture.pricingAnswer(priced)))
        let live = try await harness.provider.reprice(offer, for: [], context: harness.context)
        #expect(live.reference == "17")
        #expect(live.total.description == "331.20 GBP")
        #expect(live.payload == priced)
        #expect(live.terms.refundable == .yes)
        #expect(live.terms.changeable == .yes)
        #expect(live.terms.refundPenalty?.description == "40.00 GBP")
        #expect(live.itinerary == offer.itinerary)
    }

    @Test(arguments: [
        (#"{"category":"REFUND","notApplicable":true}"#, Permission.no, nil as String?),
        (#"{"category":"REFUND"}"#, .yes, nil),
        (#"{"category":"REFUND","maxPenaltyAmount":"0.00"}"#, .yes, "0.00"),
        (
            #"{"category":"REFUND","maxPenaltyAmount":"30"},{"category":"REFUND","maxPenaltyAmount":"55.5"}"#, .yes,
            "55.50"
        ),
        (#"{"category":"REFUND","maxPenaltyAmount":"30"},{"category":"REFUND","notApplicable":true}"#, .no, nil),
        (#"{"category":"REFUND","maxPenaltyAmount":"30"},{"category":"REFUND"}"#, .yes, nil),
        (#"{"category":"EXCHANGE","maxPenaltyAmount":"30"}"#, .unknown, nil),
    ]) func theStrictestRefundRuleCounts(rules: String, refundable: Permission, penalty: String?) async throws {
        let text = AmadeusFixture.offer(extra: #""fareRules":{"rules":[\#(rules)]}"#)
        let terms = try await AmadeusHarness.offer(text).terms
        #expect(terms.refundable == refundable)
        #expect(terms.refundPenalty?.amount == penalty)
    }

    @Test func thePenaltyIsOfEachTraveler() async throws {
        let travelers = [
            AmadeusFixture.traveler("1", "ADULT"), AmadeusFixture.traveler("2", "CHILD"),
        ]
        let offer = AmadeusFixture.offer(travelers: travelers, extra: AmadeusFixture.rules)
        #expect(try await AmadeusHarness.offer(offer).terms.refundPenalty?.amount == "80.00")
    }

    @Test func aPricedOfferThatCanNotBeReadIsAnError() async throws {
        let offer = try await AmadeusHarness.offer(AmadeusFixture.offer())
        for body in [#"{"data":{"flightOffers":[]}}"#, AmadeusFixture.pricingAnswer(#"{"id":"1"}"#), #"{"data":3}"#] {
            let harness = AmadeusHarness(.answer(200, body: body))
            let error = await #expect(throws: ProviderError.self) {
                _ = try await harness.provider.reprice(offer, for: [], context: harness.context)
            }
            #expect(error?.code == .unreadable)
        }
    }
}
