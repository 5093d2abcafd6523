import FareDomain
import FarePorts
import Foundation
import Testing
import WireFormats

@testable import MockServers

/// A mock in this process, on a free port, for as long as `body` runs.
func withDuffel(
    seed: UInt64 = 7, clock: TestClock = TestClock(), _ body: @Sendable (Int) async throws -> Void
) async throws {
    let settings = MockProvider.Settings(
        seed: seed, currency: .pounds, statePath: nil, now: { clock.now })
    let server = MockServer(dialect: try DuffelDialect(settings: settings), port: 0, seed: seed, now: { clock.now })
    let (ports, inbox) = AsyncStream.makeStream(of: Int.self)
    try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { try await server.run { inbox.yield($0) } }
        defer { group.cancelAll() }
        for await port in ports {
            try await body(port)
            return
        }
    }
}

func makeShop(_ seller: String = "duffel", seed: UInt64 = 7, clock: TestClock, statePath: String? = nil) throws -> Shop
{
    try MockProvider.Settings(seed: seed, currency: .pounds, statePath: statePath, now: { clock.now }).shop(seller)
}

func day(_ offset: Int) -> LocalDate { LocalDate(daysSinceEpoch: 20_800 + Int32(offset)) }

func oneWay(
    _ origin: String, _ destination: String, day offset: Int = 0, _ travellers: [TripQuery.Traveller] = [.adult],
    cabin: Cabin = .economy
) -> TripQuery {
    TripQuery(
        legs: [.init(origin: origin, destination: destination, date: day(offset))], travellers: travellers, cabin: cabin
    )
}

func people(_ query: TripQuery) -> [Traveller] {
    query.travellers.enumerated().map { Traveller(id: "p\($0)", type: $1, givenName: "Ada", familyName: "Lovelace") }
}

/// A place for a state file that is removed at the end.
func withStateFile(_ body: (String) async throws -> Void) async throws {
    let path = FileManager.default.temporaryDirectory.appendingPathComponent("mock-\(UUID().uuidString)").path
    defer { try? FileManager.default.removeItem(atPath: path) }
    try await body(path)
}

func json(_ bytes: [UInt8]) throws -> JSONValue { try JSONDocument(PaddedBytes(bytes)).root }

/// What the tests do at the Duffel mock through its front door.
struct DuffelCaller {
    let port: Int

    func search() async throws -> JSONValue {
        let body = """
            {"data":{"slices":[{"origin":"LON","destination":"NYC","departure_date":"2026-12-10"}],\
            "passengers":[{"type":"adult"}],"cabin_class":"economy"}}
            """
        return try json(await RawClient.send("POST", "/air/offer_requests", body, port: port).body).require("data")
    }

    /// The body of an order for the first offer that can be held, or for the first that can't.
    func orderBody(hold: Bool) async throws -> String {
        let found = try await search()
        let offers = try found.elements("offers")
        let offer = try #require(
            offers.first { offer in
                let instant = offer.member(named: "payment_requirements")?.member(named: "requires_instant_payment")
                return instant?.bool == !hold
            })
        let passenger = try #require(try found.elements("passengers").first { _ in true })
        let amount = "\"amount\":\"\(try offer.string("total_amount"))\",\"currency\":\"GBP\",\"type\":\"balance\""
        return """
            {"data":{"type":"\(hold ? "hold" : "instant")","selected_offers":["\(try offer.string("id"))"],\
            "passengers":[{"id":"\(try passenger.string("id"))","title":"ms","gender":"f","given_name":"Ada",\
            "family_name":"Lovelace","born_on":"1990-12-10","email":"a@example.org","phone_number":"+442080160508"}],\
            "metadata":{"reference":"bkg_1"}\(hold ? "" : ",\"payments\":[{\(amount)}]")}}
            """
    }

    func setRule(_ rule: String) async throws {
        let answer = await RawClient.send("PUT", "/__mock/faults", "{\"rules\":[\(rule)]}", port: port)
        try #require(answer.status == 200, "\(answer.text)")
    }

    /// The states of all orders, in the order they were made.
    func states() async throws -> [String] {
        let ledger = try json(await RawClient.send("GET", "/__mock/ledger", port: port).body)
        return try ledger.elements("orders").map { try $0.string("state") }
    }
}
