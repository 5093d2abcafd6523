import FareDomain
import FarePorts
import FareTestSupport
import Resilience
import Testing
import WireFormats

@testable import DuffelProvider

/// Answers in Duffel's shape, with values of our own.
enum Fixture {
    static func airport(_ code: String, _ zone: String?) -> String {
        let zone = zone.map { "\"\($0)\"" } ?? "null"
        return #"{"type":"airport","iata_code":"\#(code)","time_zone":\#(zone),"name":"\#(code)"}"#
    }

    static func segment(
        _ number: String = "0117", from origin: String = airport("LHR", "Europe/London"),
        to destination: String = airport("JFK", "America/New_York"), departing: String = "2026-12-10T09:25:00",
        arriving: String = "2026-12-10T12:20:00", duration: String = #""PT07H55M""#,
        baggages: String = #"[{"type":"checked","quantity":1},{"type":"carry_on","quantity":1}]"#
    ) -> String {
        """
        {"id":"seg_1","origin":\(origin),"destination":\(destination),"departing_at":"\(departing)",\
        "arriving_at":"\(arriving)","duration":\(duration),"marketing_carrier":{"iata_code":"BA","name":"B"},\
        "marketing_carrier_flight_number":"\(number)","operating_carrier":{"iata_code":"AA","name":"A"},\
        "operating_carrier_flight_number":null,"passengers":[{"passenger_id":"pas_1","cabin_class":"economy",\
        "baggages":\(baggages)}]}
        """
    }

    static func offer(
        id: String = "off_1", total: String = #""321.50""#, currency: String = "GBP", tax: String = #""21.50""#,
        segments: [String] = [segment()], refund: String = "null", instant: Bool = false,
        passengers: String = #"[{"id":"pas_1","type":"adult","age":null}]"#,
        expires: String = #""2026-06-01T12:30:00.5Z""#
    ) -> String {
        """
        {"id":"\(id)","total_amount":\(total),"total_currency":"\(currency)","base_amount":"300.00",\
        "base_currency":"GBP","tax_amount":\(tax),"tax_currency":"GBP","expires_at":\(expires),\
        "conditions":{"refund_before_departure":\(refund),"change_before_departure":{"allowed":false}},\
        "payment_requirements":{"requires_instant_payment":\(instant),"payment_required_by":"2026-06-02T00:00:00Z",\
        "price_guarantee_expires_at":"2026-06-01T18:00:00.000000Z"},"passengers":\(passengers),\
        "slices":[{"id":"sli_1","fare_brand_name":"Light","duration":"PT7H55M",\
        "segments":[\(segments.joined(separator: ","))]}]}
        """
    }

    static func search(_ offers: String...) -> String {
        #"{"data":{"id":"orq_1","offers":[\#(offers.joined(separator: ","))]}}"#
    }

    static func order(
        id: String = "ord_1", type: String? = "hold", awaiting: Bool = true, limit: String? = "2026-06-02T00:00:00Z",
        paidAt: String? = "null", documents: String = "[]", cancelledAt: String = "null", metadata: String = "null",
        createdAt: String = "2026-06-01T11:59:00.123456Z", family: String = "Lovelace", number: String = "117"
    ) -> String {
        let type = type.map { #""type":"\#($0)","# } ?? ""
        let paid = paidAt.map { #""paid_at":\#($0),"# } ?? ""
        let limit = limit.map { "\"\($0)\"" } ?? "null"
        return """
            {"id":"\(id)",\(type)"booking_reference":"RZ7PNX","total_amount":"321.50","total_currency":"GBP",\
            "payment_status":{\(paid)"awaiting_payment":\(awaiting),"payment_required_by":\(limit),\
            "price_guarantee_expires_at":null},"documents":\(documents),"cancelled_at":\(cancelledAt),\
            "metadata":\(metadata),"created_at":"\(createdAt)","passengers":[{"id":"pas_1","type":"adult",\
            "given_name":"Ada","family_name":"\(family)","born_on":"1985-12-10"}],\
            "slices":[{"segments":[\(segment(number))]}]}
            """
    }

    static func data(_ value: String) -> String { #"{"data":\#(value)}"# }

    static func page(_ orders: [String], after: String? = nil) -> String {
        let after = after.map { "\"\($0)\"" } ?? "null"
        let orders = orders.joined(separator: ",")
        return #"{"meta":{"limit":200,"before":null,"after":\#(after)},"data":[\#(orders)]}"#
    }

    static func cancellation(
        id: String = "ore_1", refund: String = #""250.00""#, to destination: String = "balance",
        confirmedAt: String = "null"
    ) -> String {
        """
        {"id":"\(id)","order_id":"ord_1","refund_amount":\(refund),"refund_currency":"GBP",\
        "refund_to":"\(destination)","expires_at":"2026-06-01T13:00:00Z","confirmed_at":\(confirmedAt)}
        """
    }

    static func problem(_ type: String, _ code: String, source: String = #"{"field":"id","pointer":"/id"}"#) -> String {
        """
        {"meta":{"status":422,"request_id":"req"},"errors":[{"type":"\(type)","code":"\(code)","title":"Not now",\
        "message":"Ada Lovelace can't.","source":\(source)}]}
        """
    }

    static let html = "<h1>Error: Server Error</h1>"
}

/// A provider over a scripted transport.
struct Bench {
    let clock = ManualClock()
    let transport: FakeTransport
    let provider: DuffelProvider

    init(_ replies: FakeTransport.Reply...) {
        transport = FakeTransport(clock: clock, replies, otherwise: .answer(599))
        provider = DuffelProvider(
            id: ProviderID("duffel"), baseURL: "http://duffel.test/", token: "secret", transport: transport,
            clock: clock)
    }

    var context: CallContext {
        CallContext(
            deadline: clock.now.advanced(by: .seconds(8)), notAfter: clock.now.advanced(by: .seconds(4)),
            requestID: "req-1", traceparent: "00-a-b-01")
    }

    /// The method, the path and the body of each request.
    var requests: [String] {
        transport.requests.map { request in
            let body = request.body.map { " " + String(decoding: $0, as: UTF8.self) } ?? ""
            return "\(request.method.rawValue) \(request.url.dropFirst("http://duffel.test".count))\(body)"
        }
    }

    static func error<Value>(_ call: () async throws(ProviderError) -> Value) async -> ProviderError? {
        do throws(ProviderError) {
            _ = try await call()
            return nil
        } catch {
            return error
        }
    }

    static let ada = Passenger(
        type: .adult, title: .ms, givenName: "Ada", familyName: "Lovelace",
        bornOn: LocalDate(year: 1985, month: 12, day: 10) ?? LocalDate(daysSinceEpoch: 0), gender: .female,
        email: "ada@example.com", phoneNumber: "+442080160508")

    static func query(_ passengers: [SearchedPassenger] = [SearchedPassenger(type: .adult)]) throws -> SearchQuery {
        let slice = QuerySlice(
            origin: try #require(LocationCode("LON")), destination: try #require(LocationCode("NYC")),
            departureDate: try #require(LocalDate(year: 2026, month: 12, day: 10)))
        return SearchQuery(
            slices: [slice], passengers: passengers, cabin: .premiumEconomy, currency: try #require(Currency("GBP")))
    }

    /// What a search reads out of one offer.
    static func read(_ offers: String...) async throws -> SearchAnswer {
        let bench = Bench(.answer(200, body: #"{"data":{"offers":[\#(offers.joined(separator: ","))]}}"#))
        return try await bench.provider.search(try query(), context: bench.context)
    }

    static func offer(_ text: String = Fixture.offer()) async throws -> ProviderOffer {
        try #require(try await read(text).offers.first)
    }

    static func heldOrder() throws -> ProviderOrder {
        let total = Money(minorUnits: 321_50, currency: try #require(Currency("GBP")))
        return ProviderOrder(id: "ord_1", locator: "RZ7PNX", state: .held, total: total)
    }
}
