import FareDomain
import FarePorts
import FareTestSupport
import Glibc
import Testing
import WireFormats

@testable import MockServers

/// What the tests do at the Amadeus mock, without a network in between.
struct AmadeusCaller {
    let clock = ManualClock()
    let dialect: AmadeusDialect

    init(statePath: String? = nil) throws {
        let clock = clock
        dialect = try AmadeusDialect(
            settings: MockProvider.Settings(
                seed: 7, currency: .pounds, statePath: statePath, now: { clock.timestamp }))
    }

    func request(
        _ method: String, _ path: String, _ body: String = "", token: String? = nil, query: [FormField] = []
    ) -> MockRequest {
        MockRequest(
            method: method, path: path, query: query, headers: token.map { ["authorization": "Bearer \($0)"] } ?? [:],
            body: Array(body.utf8))
    }

    func send(
        _ method: String, _ path: String, _ body: String = "", token: String, fault: DomainFault? = nil
    ) -> (status: Int, body: JSONValue?) {
        let reply = dialect.answer(request(method, path, body, token: token), fault: fault)
        return (reply.status, try? JSONDocument(PaddedBytes(reply.body)).root)
    }

    func token(_ form: String = "grant_type=client_credentials&client_id=a&client_secret=b") throws -> String {
        let reply = dialect.answer(request("POST", "/v1/security/oauth2/token", form), fault: nil)
        try #require(reply.status == 200)
        return try JSONDocument(PaddedBytes(reply.body)).root.string("access_token")
    }

    static func searchBody(_ travelers: String = #"{"id":"1","travelerType":"ADULT"}"#, stops: Int? = nil) -> String {
        let restriction = stops.map { #","connectionRestriction":{"maxNumberOfConnections":\#($0)}"# } ?? ""
        return #"{"currencyCode":"GBP","originDestinations":[{"id":"1","originLocationCode":"LON","#
            + #""destinationLocationCode":"NYC","departureDateTimeRange":{"date":"2026-12-10"}}],"#
            + #""travelers":[\#(travelers)],"sources":["GDS"],"searchCriteria":{"maxFlightOffers":250,"#
            + #""flightFilters":{"cabinRestrictions":[{"cabin":"ECONOMY"}]\#(restriction)}}}"#
    }

    /// The offers of a search, as they were written.
    func offers(_ token: String, _ body: String = searchBody()) throws -> [String] {
        let answer = send("POST", "/v2/shopping/flight-offers", body, token: token)
        try #require(answer.status == 200)
        return try #require(answer.body).elements("data").map(AmadeusCaller.text)
    }

    func price(_ offer: String, token: String, fault: DomainFault? = nil) -> (status: Int, body: JSONValue?) {
        send(
            "POST", "/v1/shopping/flight-offers/pricing",
            #"{"data":{"type":"flight-offers-pricing","flightOffers":[\#(offer)]}}"#, token: token, fault: fault)
    }

    func priced(_ offer: String, token: String) throws -> String {
        let answer = try #require(price(offer, token: token).body)
        return AmadeusCaller.text(try #require(answer["data"]?["flightOffers"]?.elements.first { _ in true }))
    }

    static func orderBody(_ offer: String, option: String = "DELAY_TO_CANCEL", reference: String = "bkg_1") -> String {
        #"{"data":{"type":"flight-order","flightOffers":[\#(offer)],"travelers":[{"id":"1","dateOfBirth":"1990-12-10","#
            + #""name":{"firstName":"ADA","lastName":"LOVELACE"},"gender":"FEMALE"}],"#
            + #""remarks":{"general":[{"subType":"GENERAL_MISCELLANEOUS","text":"\#(reference)"}]},"#
            + #""ticketingAgreement":{"option":"\#(option)","delay":"2D"}}}"#
    }

    func order(
        _ offer: String, option: String = "DELAY_TO_CANCEL", token: String, fault: DomainFault? = nil
    ) -> (status: Int, body: JSONValue?) {
        send(
            "POST", "/v1/booking/flight-orders", AmadeusCaller.orderBody(offer, option: option), token: token,
            fault: fault)
    }

    /// The state and the reference of every order.
    func ledger() throws -> [String] {
        let orders = try JSONDocument(PaddedBytes(dialect.ledger().body)).root.elements("orders")
        return try orders.map { "\(try $0.string("state")) \(try $0.string("reference"))" }
    }

    static func text(_ value: JSONValue) -> String { String(decoding: value.rawBytes, as: UTF8.self) }

    static func code(_ body: JSONValue?) -> Int? { body?["errors"]?.elements.first { _ in true }?["code"]?.int }
}

func json(_ bytes: [UInt8]) throws -> JSONValue { try JSONDocument(PaddedBytes(bytes)).root }

/// A place for a state file that is removed at the end.
func withStateFile(_ body: (String) throws -> Void) throws {
    var template = Array("/tmp/amadeus-mock-XXXXXX".utf8CString)
    let descriptor = mkstemp(&template)
    try #require(descriptor >= 0)
    close(descriptor)
    let path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    defer { unlink(path) }
    try body(path)
}
