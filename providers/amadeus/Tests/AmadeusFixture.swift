import FareDomain
import FarePorts
import FareTestSupport
import Resilience
import Testing

@testable import AmadeusProvider

/// Answers in Amadeus' shape, with values of our own.
enum AmadeusFixture {
    static let token =
        #"{"type":"amadeusOAuth2Token","token_type":"Bearer","access_token":"t0k3n-1","#
        + #""expires_in":1799,"state":"approved","scope":""}"#

    /// One adult, London to Madrid direct and back through Frankfurt. Spaces, an escape and an odd order on purpose: an
    /// echo must not tidy anything up.
    static let roundTrip = #"""
        { "type":"flight-offer","id":"1","source":"GDS","instantTicketingRequired":false, "nonHomogeneous":false,
          "lastTicketingDate":"2026-11-30","numberOfBookableSeats":4,"itineraries":[
          {"duration":"PT2H30M","segments":[{"departure":{"iataCode":"LHR","terminal":"5","at":"2026-12-10T07:30:00"},
          "arrival":{"iataCode":"MAD","terminal":"4","at":"2026-12-10T11:00:00"},"carrierCode":"IB","number":"03167",
          "aircraft":{"code":"320"},
          "operating":{"carrierCode":"BA"},"duration":"PT2H30M","id":"11","numberOfStops":0}]},
          {"duration":"PT5H45M","segments":[{"departure":{"iataCode":"MAD","at":"2026-12-17T12:00:00"},
          "arrival":{"iataCode":"FRA","terminal":"1","at":"2026-12-17T14:35:00"},"carrierCode":"LH","number":"1113",
          "aircraft":{"code":"32N"},"duration":"PT2H35M","id":"12","numberOfStops":0},
          {"departure":{"iataCode":"FRA","terminal":"1","at":"2026-12-17T16:00:00"},
          "arrival":{"iataCode":"LHR","terminal":"2","at":"2026-12-17T16:45:00"},"carrierCode":"LH","number":"914",
          "aircraft":{"code":"320"},
          "operating":{"carrierCode":"LH"},"duration":"PT1H45M","id":"13","numberOfStops":0}]}],
          "price":{"currency":"GBP","total":"180.10","base":"126","fees":[{"amount":"0","type":"SUPPLIER"}],
          "grandTotal":"184.1","billingCurrency":"GBP"},"pricingOptions":{"fareType":["PUBLISHED"],
          "includedCheckedBagsOnly":true},"validatingAirlineCodes":["IB"],"note":"caf\u00e9 \/",
          "travelerPricings":[{"travelerId":"1","fareOption":"STANDARD","travelerType":"ADULT",
          "price":{"currency":"GBP",
          "total":"180.10","base":"126"},"fareDetailsBySegment":[
          {"segmentId":"11","cabin":"ECONOMY","fareBasis":"QLIGHT","brandedFare":"LIGHTONE","class":"Q",
          "includedCheckedBags":{"quantity":2}},
          {"segmentId":"12","cabin":"PREMIUM_ECONOMY","fareBasis":"QPREM","class":"W",
          "includedCheckedBags":{"quantity":1}},
          {"segmentId":"13","cabin":"ECONOMY","fareBasis":"QPREM","class":"W",
          "includedCheckedBags":{"weight":23,"weightUnit":"KG"}}]}]}
        """#

    /// The fare rules of a fare that can be given back for 40.00, as pricing adds them.
    static let rules =
        #""fareRules":{"rules":[{"category":"EXCHANGE","maxPenaltyAmount":"0"},"#
        + #"{"category":"REFUND","maxPenaltyAmount":"40.00"}]}"#

    static func searchAnswer(_ offers: String...) -> String {
        #"{"meta":{"count":\#(offers.count)},"data":[\#(offers.joined(separator: ","))],"dictionaries":{}}"#
    }

    /// A small direct offer.
    static func offer(
        id: String = "1", from origin: String = "LHR", to destination: String = "JFK",
        departs: String = "2026-12-10T10:00:00", arrives: String = "2026-12-10T13:00:00", total: String = "320.00",
        currency: String = "GBP", travelers: [String] = [traveler("1", "ADULT")], extra: String = ""
    ) -> String {
        #"{"type":"flight-offer","id":"\#(id)","instantTicketingRequired":false,"itineraries":[{"segments":[{"#
            + #""departure":{"iataCode":"\#(origin)","at":"\#(departs)"},"#
            + #""arrival":{"iataCode":"\#(destination)","at":"\#(arrives)"},"#
            + #""carrierCode":"BA","number":"175","id":"s1"}]}],"#
            + #""price":{"currency":"\#(currency)","total":"\#(total)","base":"0","grandTotal":"\#(total)"},"#
            + #""travelerPricings":[\#(travelers.joined(separator: ","))]\#(extra.isEmpty ? "" : ",")\#(extra)}"#
    }

    static func traveler(_ id: String, _ type: String, adult: String? = nil) -> String {
        let associated = adult.map { #","associatedAdultId":"\#($0)""# } ?? ""
        return #"{"travelerId":"\#(id)","travelerType":"\#(type)"\#(associated),"#
            + #""fareDetailsBySegment":[{"segmentId":"s1","cabin":"ECONOMY"}]}"#
    }

    static func pricingAnswer(_ offer: String) -> String {
        #"{"data":{"type":"flight-offers-pricing","flightOffers":[\#(offer)]},"included":{},"dictionaries":{}}"#
    }

    static func order(
        option: String = "DELAY_TO_CANCEL", extra: String = "", offer: String = AmadeusFixture.offer(),
        agreement: String = "ticketingAgreement", dateTime: String = "2026-11-25"
    ) -> String {
        #"{"data":{"type":"flight-order","id":"eJzTd9f3NjIJdzUGAAp%2fAiY=","queuingOfficeId":"NCE4D31SB","#
            + #""associatedRecords":[{"reference":"QVH2BX","creationDate":"2026-11-21T09:15:30.000","#
            + #""originSystemCode":"GDS"}],"#
            + #""flightOffers":[\#(offer)],"travelers":[{"id":"1","name":{"firstName":"ADA","lastName":"LOVELACE"}}],"#
            + #""remarks":{"general":[{"subType":"GENERAL_MISCELLANEOUS","text":"BKG_1/1"}]},"#
            + #""\#(agreement)":{"option":"\#(option)","dateTime":"\#(dateTime)"}"#
            + #"\#(extra.isEmpty ? "" : ",")\#(extra)}}"#
    }

    static func error(_ code: String, status: String = "400", title: String, detail: String = "") -> String {
        #"{"errors":[{"status":\#(status),"code":\#(code),"title":"\#(title)","detail":"\#(detail)","#
            + #""source":{"pointer":"/data/flightOffers[0]"}}]}"#
    }

    // MARK: What a caller has

    static let ada = Passenger(
        type: .adult, title: .ms, givenName: "Ada", familyName: "Lovelace",
        bornOn: LocalDate(daysSinceEpoch: 7000), gender: .female, email: "ada@example.com",
        phoneNumber: "+442080160508")

    static func passenger(_ type: PassengerType, _ name: String, adult: Int? = nil) -> Passenger {
        Passenger(
            type: type, title: .mr, givenName: name, familyName: "Test", bornOn: LocalDate(daysSinceEpoch: 7000),
            gender: .male, email: "t@example.com", phoneNumber: "+12125550123", adultIndex: adult)
    }

    static func context(_ clock: ManualClock, deadline: Duration = .seconds(30)) -> CallContext {
        CallContext(
            deadline: clock.now.advanced(by: deadline), notAfter: clock.now.advanced(by: .seconds(8)),
            requestID: "req-1",
            traceparent: "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01")
    }

    static func query(stops: Int? = nil, passengers: [PassengerType] = [.adult]) throws -> SearchQuery {
        var filters = OfferFilters()
        filters.maxStops = stops
        return SearchQuery(
            slices: [
                QuerySlice(
                    origin: try #require(LocationCode("LON")), destination: try #require(LocationCode("NYC")),
                    departureDate: try #require(LocalDate(year: 2026, month: 12, day: 10)))
            ], passengers: passengers.map { SearchedPassenger(type: $0) }, cabin: .economy,
            currency: try #require(Currency("GBP")), filters: filters)
    }
}

/// A provider in front of a scripted transport.
struct AmadeusHarness {
    let clock = ManualClock()
    let transport: FakeTransport
    let provider: AmadeusProvider

    /// - Parameter replies: to everything but token requests, which are answered with a token each: `t0k3n-1`,
    ///   `t0k3n-1`…
    init(_ replies: FakeTransport.Reply...) {
        self.init { _, index in index < replies.count ? replies[index] : .answer(500) }
    }

    /// - Parameter reply: asked with how many calls that were no token requests came before.
    init(reply: @escaping @Sendable (HTTPRequest, Int) -> FakeTransport.Reply) {
        let calls = Counter()
        transport = FakeTransport(clock: clock) { request, _ in
            request.operation == .token ? .answer(200, body: AmadeusFixture.token) : reply(request, calls.next())
        }
        provider = AmadeusHarness.provider(transport, clock)
    }

    static func provider(_ transport: FakeTransport, _ clock: ManualClock) -> AmadeusProvider {
        AmadeusProvider(
            id: ProviderID("amadeus"), baseURL: "https://amadeus.test",
            credentials: AmadeusCredentials(clientID: "key", clientSecret: "s3cr&t"), transport: transport, clock: clock
        )
    }

    var context: CallContext { AmadeusFixture.context(clock) }

    /// What was asked beside tokens.
    var calls: [HTTPRequest] { transport.requests.filter { $0.operation != .token } }

    /// The one offer of a search that is answered with `text`.
    static func offer(_ text: String) async throws -> ProviderOffer {
        let harness = AmadeusHarness(.answer(200, body: AmadeusFixture.searchAnswer(text)))
        let answer = try await harness.provider.search(AmadeusFixture.query(), context: harness.context)
        return try #require(answer.offers.first, "dropped: \(answer.dropped)")
    }

    static func request(_ offer: ProviderOffer, _ passengers: [Passenger] = [AmadeusFixture.ada]) -> OrderRequest {
        OrderRequest(offer: offer, passengers: passengers, reference: "bkg_1/1", holdFor: .seconds(600))
    }

    static func heldOrder(payload: String = "{}", state: ProviderOrder.State = .held) throws -> ProviderOrder {
        ProviderOrder(
            id: "eJzTd9f3NjIJdzUGAAp%2fAiY=", locator: "QVH2BX", state: state,
            total: try Money(decimal: "320.00", currency: #require(Currency("GBP"))), reference: "bkg_1/1",
            payload: payload)
    }
}

extension HTTPRequest {
    var text: String { String(decoding: body ?? [], as: UTF8.self) }

    func header(_ name: String) -> String? { headers.first { $0.name == name }?.value }
}

extension String {
    /// With the first `part` replaced.
    func replacing(_ part: String, with replacement: String) -> String {
        guard let range = firstRange(of: part) else { return self }
        return replacingSubrange(range, with: replacement)
    }

    private func replacingSubrange(_ range: Range<String.Index>, with replacement: String) -> String {
        String(self[..<range.lowerBound]) + replacement + String(self[range.upperBound...])
    }
}
