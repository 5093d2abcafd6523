import FareBooking
import FareDomain
import FarePorts
import FareSearch
import FareTestSupport
import HTTPTypes
import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import NIOEmbedded
import Synchronization
import Testing
import WireFormats

@testable import FareHTTP

/// The routes over fakes, without a connection: one provider with one offer, a gateway, a store in memory, a clock that
/// stands still.
struct Bench: Sendable {
    let clock = ManualClock()
    let store = InMemoryBookingStore()
    let provider: FakeProvider
    let gateway: FakeGateway
    let engine: BookingEngine
    private let responder: RouterResponder<EdgeContext>

    init() {
        provider = FakeProvider(id: ProviderID("alpha"), clock: clock)
        provider.offer(Sample.offer)
        gateway = FakeGateway(clock: clock)
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        engine = BookingEngine(
            providers: [provider], gateway: gateway, store: store, clock: clock,
            configuration: BookingEngine.Configuration(owner: "test", boot: "boot", capacity: 10), logger: logger)
        let identifiers = IdentifierSource()
        let started = clock.timestamp
        responder = FareHTTPServer(
            FareHTTPServer.Parts(
                search: FareSearch(
                    providers: [provider], rates: nil, book: OfferBook(capacity: 100), clock: clock,
                    identifiers: identifiers),
                engine: engine, store: store, clock: clock, identifiers: identifiers, policy: BookingPolicy(),
                owner: "test",
                health: { HealthReport(version: "0", serverTime: started, providers: [], checks: []) },
                readiness: { nil }, metrics: FareHTTPServer.Exposition(contentType: "text/plain") { [] },
                reconcile: { ReconciliationReport(startedAt: started) }, keys: nil, sealingKey: .random(),
                logger: logger)
        ).responder()
    }

    /// Runs the engine around `body`.
    func running<Result: Sendable>(_ body: () async throws -> Result) async throws -> Result {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await engine.run() }
            defer { engine.drain() }
            return try await body()
        }
    }

    struct Reply: Sendable {
        var status: Int
        var headers: HTTPFields
        var bytes: [UInt8]

        var json: JSONValue { get throws { try JSONDocument(PaddedBytes(bytes)).root } }
        var code: String? { get throws { try json.stringIfPresent("code") } }
        var isReplay: Bool {
            HTTPField.Name("Idempotent-Replayed").flatMap { headers[$0] } == "true"
        }
    }

    func send(
        _ method: HTTPTypes.HTTPRequest.Method, _ path: String, _ body: JSONNode? = nil, key: String? = nil
    ) async throws -> Reply {
        var headers: HTTPFields = [.contentType: "application/json"]
        if let key, let name = HTTPField.Name("Idempotency-Key") { headers[name] = key }
        let request = Request(
            head: HTTPTypes.HTTPRequest(
                method: method, scheme: "http", authority: "localhost", path: path, headerFields: headers),
            body: RequestBody(buffer: ByteBuffer(bytes: body?.bytes ?? [])))
        let context = EdgeContext(
            source: ApplicationRequestContextSource(
                channel: EmbeddedChannel(), logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }))
        let response = try await responder.respond(to: request, context: context)
        let collector = Collector()
        try await response.body.write(collector)
        return Reply(status: response.status.code, headers: response.headers, bytes: collector.bytes)
    }

    func post(_ path: String, _ body: JSONNode? = [:], key: String? = nil) async throws -> Reply {
        try await send(.post, path, body, key: key)
    }

    /// Searches, and gives the id of the only offer.
    func offer() async throws -> String {
        let result = try await post("/search", Sample.search).json
        return try #require(Array(result.elements("offers")).first).string("id")
    }
}

/// Takes a response's body.
private final class Collector: ResponseBodyWriter {
    private let state = Mutex<[UInt8]>([])

    var bytes: [UInt8] { state.withLock { $0 } }

    func write(_ buffer: ByteBuffer) async throws {
        state.withLock { $0 += buffer.readableBytesView }
    }

    func finish(_ trailingHeaders: HTTPFields?) async throws {}
}

/// Values that these tests book with. The manual clock starts on 2026-06-01.
enum Sample {
    static let pounds = Currency("GBP").unsafelyUnwrapped

    static func gbp(_ minorUnits: Int64) -> Money { Money(minorUnits: minorUnits, currency: pounds) }

    static var offer: ProviderOffer {
        let day = LocalDate("2026-12-10").unsafelyUnwrapped
        func time(_ hour: Int, offset: Int32) -> ZonedTime {
            ZonedTime(
                local: LocalDateTime(localSecondsSinceEpoch: Int64(day.daysSinceEpoch) * 86_400 + Int64(hour) * 3600),
                offset: offset)
        }
        let segment = Segment(
            origin: LocationCode("LHR").unsafelyUnwrapped, destination: LocationCode("JFK").unsafelyUnwrapped,
            departsAt: time(9, offset: 0), arrivesAt: time(12, offset: -18_000),
            marketingCarrier: CarrierCode("BA").unsafelyUnwrapped, flightNumber: "175", operatingCarrier: nil,
            cabin: .economy)
        return ProviderOffer(
            provider: ProviderID("alpha"), reference: "one", payload: "",
            itinerary: Itinerary(slices: [Slice(segments: [segment]).unsafelyUnwrapped]).unsafelyUnwrapped,
            total: gbp(100_00), holdable: true)
    }

    static let search: JSONNode = ["origin": "LHR", "destination": "JFK", "departure_date": "2026-12-10"]

    static let ada: JSONNode = [
        "type": "adult", "title": "ms", "given_name": "Ada", "family_name": "Lovelace", "born_on": "1985-12-10",
        "gender": "f", "email": "ada@example.com", "phone_number": "+442080160508",
    ]

    static func booking(of offer: String, acceptToken: String? = nil) -> JSONNode {
        [
            "offer_id": .string(offer), "passengers": [ada], "payment": ["token": "pm_card_visa"],
            "accept_token": .string(acceptToken), "allow_duplicate": true,
        ]
    }

    static var cheapest: JSONNode {
        var body = search
        body.append("passengers", [ada])
        body.append("max_total", ["amount": "105.00", "currency": "GBP"])
        body.append("payment", ["token": "pm_card_visa"])
        body.append("allow_duplicate", true)
        return body
    }
}
