import FareDomain
import FarePorts
import Testing
import WireFormats

@testable import MockServers

/// What the tests say to an NDC mock, without a connection.
struct NDCCaller {
    let dialect: NDCDialect
    let clock = TestClock()

    init() throws {
        let clock = clock
        dialect = try NDCDialect(
            settings: MockProvider.Settings(seed: 7, currency: .pounds, statePath: nil, now: { clock.now }))
    }

    static func request(_ message: String, _ inside: String) -> MockRequest {
        let body = """
            <IATA_\(message) xmlns="http://www.iata.org/IATA/2015/00/2019.2/IATA_\(message)"><Request>\
            \(inside)</Request>\
            </IATA_\(message)>
            """
        return MockRequest(method: "POST", path: "/", query: [], headers: [:], body: Array(body.utf8))
    }

    func send(_ message: String, _ inside: String, fault: DomainFault? = nil) throws -> XMLElement {
        let reply = dialect.answer(NDCCaller.request(message, inside), fault: fault)
        return try XMLDocument(PaddedBytes(reply.body)).root
    }

    static func shopping(
        _ passengers: [String] = ["ADT"], currency: String? = nil, from origin: String = "LON"
    ) -> String {
        let paxs = passengers.enumerated().map { "<Pax><PaxID>PAX\($0 + 1)</PaxID><PTC>\($1)</PTC></Pax>" }.joined()
        let parameter = currency.map { "<CurParameter><RequestedCurCode>\($0)</RequestedCurCode></CurParameter>" } ?? ""
        return """
            <FlightCriteria><OriginDestCriteria><DestArrivalCriteria><IATA_LocationCode>NYC</IATA_LocationCode>\
            </DestArrivalCriteria><OriginDepCriteria><Date>2026-12-10</Date><IATA_LocationCode>\(origin)\
            </IATA_LocationCode></OriginDepCriteria></OriginDestCriteria></FlightCriteria><Paxs>\(paxs)</Paxs>\
            <ResponseParameters>\(parameter)</ResponseParameters>
            """
    }

    /// The offers of a search.
    func offers(_ passengers: [String] = ["ADT"], currency: String? = nil) throws -> [XMLElement] {
        let root = try send("AirShoppingRQ", NDCCaller.shopping(passengers, currency: currency))
        return try root.require("Response", "OffersGroup", "CarrierOffers").children(named: "Offer").map(\.self)
    }

    /// The first offer that can be held, or that can't.
    func offer(holdable: Bool) throws -> XMLElement {
        try #require(try offers().first { ($0.first("PaymentTimeLimitDateTime") != nil) == holdable })
    }

    static func total(of offer: XMLElement) throws -> Money {
        try offer.require("OfferItem", "Price", "TotalAmount").requireMoney()
    }

    static let ada = """
        <Pax><Birthdate>1985-12-10</Birthdate><Individual><GivenName>Ada</GivenName><Surname>Lovelace</Surname>\
        </Individual><PaxID>PAX1</PaxID><PTC>ADT</PTC></Pax>
        """

    static func payment(_ money: Money) -> String {
        """
        <PaymentFunctions><PaymentProcessingDetails><Amount CurCode="\(money.currency.code)">\(money.amount)</Amount>\
        </PaymentProcessingDetails></PaymentFunctions>
        """
    }

    static func creation(
        _ offer: XMLElement, pax: String = ada, paying: Money? = nil, agreed: Money? = nil
    ) -> String {
        let total = agreed.map { #"<TotalOfferPriceAmount CurCode="GBP">\#($0.amount)</TotalOfferPriceAmount>"# } ?? ""
        return """
            <CreateOrder><SelectedOffer><OfferRefID>\(offer.text("OfferID") ?? "")</OfferRefID>\(total)</SelectedOffer>\
            </CreateOrder><DataLists><PaxList>\(pax)</PaxList></DataLists>\(paying.map(payment) ?? "")
            """
    }

    /// The id of a new hold, and what it costs.
    func hold() throws -> (id: String, total: Money) {
        let offer = try offer(holdable: true)
        let root = try send("OrderCreateRQ", NDCCaller.creation(offer))
        return (try root.requireText("Response", "Order", "OrderID"), try NDCCaller.total(of: offer))
    }

    static func named(_ id: String) -> String { "<Order><OrderID>\(id)</OrderID></Order>" }

    func retrieve(_ id: String) throws -> XMLElement {
        try send("OrderRetrieveRQ", "<OrderFilterCriteria>\(NDCCaller.named(id))</OrderFilterCriteria>")
    }
}

extension XMLElement {
    var errorCode: String? { text("Error", "Code") }
    var status: String? { text("Response", "Order", "StatusCode") }
    var hasTickets: Bool { first("Response", "TicketDocInfo", "Ticket") != nil }
}

struct NDCDialectTests {
    @Test
    func messagesAreClassifiedByTheirRootElement() throws {
        let caller = try NDCCaller()
        func classify(_ message: String, _ inside: String = "") -> Classification {
            caller.dialect.classify(NDCCaller.request(message, inside))
        }
        #expect(classify("AirShoppingRQ") == .opens(.search))
        #expect(classify("OfferPriceRQ") == .opens(.reprice))
        #expect(classify("OrderCreateRQ") == .opens(.hold))
        #expect(classify("OrderCreateRQ", "<PaymentFunctions/>") == .opens(.confirm))
        #expect(classify("OrderChangeRQ") == .opens(.confirm))
        #expect(classify("OrderRetrieveRQ") == .opens(.status))
        #expect(classify("OrderListRQ") == .opens(.status))
        #expect(classify("OrderReshopRQ") == .continues(.cancel))
        let (id, total) = try caller.hold()
        #expect(classify("OrderCancelRQ", NDCCaller.named(id)) == .opens(.release))
        _ = try caller.send("OrderChangeRQ", NDCCaller.named(id) + NDCCaller.payment(total))
        #expect(classify("OrderCancelRQ", NDCCaller.named(id)) == .opens(.cancel))
        #expect(classify("SeatAvailabilityRQ") == .aside)
    }

    @Test
    func offersReferToListedJourneysSegmentsAndPassengers() throws {
        let root = try NDCCaller().send("AirShoppingRQ", NDCCaller.shopping(["ADT", "ADT", "CHD", "INF"]))
        let lists = try root.require("Response", "DataLists")
        func ids(_ list: String, _ element: String, _ id: String) -> Set<String> {
            Set((lists.first(list)?.children(named: element).map(\.self) ?? []).compactMap { $0.text(id) })
        }
        let journeys = ids("PaxJourneyList", "PaxJourney", "PaxJourneyID")
        let segments = ids("PaxSegmentList", "PaxSegment", "PaxSegmentID")
        #expect(!journeys.isEmpty && !segments.isEmpty)
        #expect(ids("PaxList", "Pax", "PaxID") == ["PAX1", "PAX2", "PAX3", "PAX4"])
        for journey in try lists.require("PaxJourneyList").children(named: "PaxJourney") {
            #expect(segments.isSuperset(of: journey.children(named: "PaxSegmentRefID").map(\.text)))
        }
        let offers = try root.require("Response", "OffersGroup", "CarrierOffers").children(named: "Offer").map(\.self)
        #expect(offers.count > 10)
        for offer in offers {
            #expect(offer.children(named: "OfferItem").map(\.self).count == 3)
            for item in offer.children(named: "OfferItem") {
                for service in item.children(named: "Service") {
                    #expect(journeys.contains(service.text("ServiceAssociations", "PaxJourneyRefID") ?? ""))
                }
            }
        }
    }

    @Test
    func someOffersCanBeHeldAndSomeCannot() throws {
        let offers = try NDCCaller().offers()
        let holdable = offers.count { $0.first("PaymentTimeLimitDateTime") != nil }
        #expect(holdable > 0 && holdable < offers.count)
    }

    @Test
    func pricesAreInTheCurrencyThatWasAskedFor() throws {
        let caller = try NDCCaller()
        let euros = try #require(try caller.offers(currency: "EUR").first)
        #expect(try NDCCaller.total(of: euros).currency.code == "EUR")
        let own = try #require(try caller.offers().first)
        #expect(try NDCCaller.total(of: own).currency.code == "GBP")
    }

    @Test
    func anOfferCostsWhatItsItemsDoAlsoAfterItsPriceMoved() throws {
        let caller = try NDCCaller()
        for offer in try caller.offers(["ADT", "CHD", "CHD", "INF"]).prefix(5) {
            let selected =
                "<PricedOffer><SelectedOffer><OfferRefID>\(offer.text("OfferID") ?? "")</OfferRefID>"
                + "</SelectedOffer></PricedOffer>"
            let root = try caller.send("OfferPriceRQ", selected, fault: .priceMoved(percent: 7))
            let priced = try root.require("Response", "PricedOffer", "Offer")
            let total = try priced.require("TotalPrice", "TotalAmount").requireMoney()
            let sum = try priced.children(named: "OfferItem").map(\.self).reduce(Int64(0)) { sum, item in
                sum + (try item.require("Price", "TotalAmount").requireMoney().minorUnits)
            }
            #expect(sum == total.minorUnits)
            let before = try offer.children(named: "OfferItem").map(\.self).reduce(Int64(0)) { sum, item in
                sum + (try item.require("Price", "TotalAmount").requireMoney().minorUnits)
            }
            #expect(total.minorUnits > before)
        }
    }

    @Test
    func refusalsAreErrorsUnderHTTP200AndUnreadableMessagesAreNot() throws {
        let caller = try NDCCaller()
        let unknown = NDCCaller.request("AirShoppingRQ", NDCCaller.shopping(from: "QQQ"))
        let reply = caller.dialect.answer(unknown, fault: nil)
        #expect(reply.status == 200)
        #expect(try XMLDocument(PaddedBytes(reply.body)).root.errorCode == "100")
        let noXML = MockRequest(method: "POST", path: "/", query: [], headers: [:], body: Array("{}".utf8))
        #expect(caller.dialect.classify(noXML) == .aside)
        #expect(caller.dialect.answer(noXML, fault: nil).status == 400)
    }

    @Test
    func theGatewaysOwnErrorsHaveTheirStatus() throws {
        let caller = try NDCCaller()
        #expect(caller.dialect.failure(status: 503).status == 503)
        let limited = caller.dialect.rateLimited()
        #expect(limited.status == 429)
        #expect(limited.headers.contains { $0.name == "retry-after" && $0.value == "1" })
    }
}
