import FareDomain
import FarePorts
import FareTestSupport
import Resilience
import Testing

@testable import NDCProvider

/// A provider over a scripted transport.
struct Bench {
    let clock = ManualClock()
    let transport: FakeTransport
    let provider: NDCProvider

    init(_ replies: FakeTransport.Reply...) {
        transport = FakeTransport(clock: clock, replies, otherwise: .answer(599))
        provider = NDCProvider(
            id: ProviderID("ndc"), endpoint: "http://ndc.test/api", apiKey: "secret", transport: transport,
            clock: clock)
    }

    var context: CallContext {
        CallContext(
            deadline: clock.now.advanced(by: .seconds(8)), notAfter: clock.now.advanced(by: .seconds(4)),
            requestID: "req-1", traceparent: "00-a-b-01")
    }

    /// The bodies that were sent.
    var bodies: [String] { transport.requests.map { String(decoding: $0.body ?? [], as: UTF8.self) } }
    /// The root elements of the messages that were sent, without `IATA_`.
    var messages: [String] {
        bodies.map { body in
            String(body.split(separator: "<IATA_").last?.split(separator: " ").first ?? "")
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

    static func passenger(_ type: PassengerType, _ given: String, adult: Int? = nil) -> Passenger {
        Passenger(
            type: type, title: .ms, givenName: given, familyName: "Lovelace",
            bornOn: LocalDate(year: 1985, month: 12, day: 10) ?? LocalDate(daysSinceEpoch: 0), gender: .female,
            email: "ada@example.com", phoneNumber: "+442080160508", adultIndex: adult)
    }

    static let ada = passenger(.adult, "Ada")

    static func query(_ types: [PassengerType] = [.adult]) throws -> SearchQuery {
        let slice = QuerySlice(
            origin: try #require(LocationCode("LON")), destination: try #require(LocationCode("NYC")),
            departureDate: try #require(LocalDate(year: 2026, month: 12, day: 10)))
        return SearchQuery(
            slices: [slice], passengers: types.map { SearchedPassenger(type: $0) }, cabin: .premiumEconomy,
            currency: try #require(Currency("GBP")))
    }

    /// What a search reads out of an answer.
    static func read(_ body: String) async throws -> SearchAnswer {
        let bench = Bench(.answer(200, body: body))
        return try await bench.provider.search(try query(), context: bench.context)
    }

    static func offer(_ text: String = Fixture.offer(extra: Fixture.payBy)) async throws -> ProviderOffer {
        try #require(try await read(Fixture.shopping(text)).offers.first)
    }

    static func pounds(_ minorUnits: Int64) throws -> Money {
        Money(minorUnits: minorUnits, currency: try #require(Currency("GBP")))
    }

    static func request(_ passengers: [Passenger] = [ada]) async throws -> OrderRequest {
        OrderRequest(offer: try await offer(), passengers: passengers, reference: "bkg_1/1", holdFor: .seconds(600))
    }

    static func order(_ state: ProviderOrder.State = .held) throws -> ProviderOrder {
        ProviderOrder(
            id: "ORD1", locator: "RZ7PNX", state: state, total: try pounds(321_50),
            payload: #"{"owner":"BA","items":["ORD1-1"]}"#)
    }

    static func search(createdAfter: Int64 = 1_780_315_200) async throws -> OrderSearch {
        OrderSearch(
            reference: "bkg_1/1", passengers: [ada], itinerary: try await offer().itinerary,
            createdAfter: Timestamp(secondsSinceEpoch: createdAfter))
    }
}
