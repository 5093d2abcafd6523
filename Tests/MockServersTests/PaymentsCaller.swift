import FareDomain
import Testing
import WireFormats

@testable import MockServers

/// The payments mock in this process, on a free port, for as long as `body` runs.
@discardableResult func withPayments<Result: Sendable>(
    clock: TestClock = TestClock(), statePath: String? = nil,
    _ body: @Sendable (PaymentsCaller) async throws -> Result
) async throws -> Result {
    let settings = MockProvider.Settings(
        seed: 7, currency: .pounds, statePath: statePath, now: { clock.now })
    let server = MockServer(
        dialect: try PaymentsDialect(settings: settings), port: 0, seed: 7, now: { clock.now })
    let (ports, inbox) = AsyncStream.makeStream(of: Int.self)
    return try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { try await server.run { inbox.yield($0) } }
        defer { group.cancelAll() }
        var iterator = ports.makeAsyncIterator()
        let port = try #require(await iterator.next())
        return try await body(PaymentsCaller(port: port, settings: settings))
    }
}

/// What the tests do at the payments mock through its front door.
struct PaymentsCaller: Sendable {
    let port: Int
    let settings: MockProvider.Settings
    let wrongState = "400 invalid_request_error payment_intent_unexpected_state"

    /// The body of an authorization of 123.45 GBP.
    static func form(_ token: String, reference: String) -> String {
        "amount=12345&currency=gbp&capture_method=manual&confirm=true&payment_method=\(token)"
            + "&payment_method_types[]=card&metadata[faremux_reference]=\(reference)"
    }

    func form(_ token: String = "pm_card_visa", reference: String = "bkg_1") -> String {
        PaymentsCaller.form(token, reference: reference)
    }

    func post(_ path: String, _ body: String = "", key: String? = nil) async -> RawAnswer {
        let extra = key.map { ["Idempotency-Key: \($0)"] } ?? []
        return await RawClient.send("POST", path, body, extra: extra, port: port)
    }

    /// The id of a new authorization of 123.45 GBP.
    func authorize() async throws -> String {
        let answer = await post("/v1/payment_intents", form())
        #expect(answer.status == 200)
        let intent = try json(answer.body)
        #expect(try intent.string("status") == "requires_capture")
        return try intent.string("id")
    }

    /// `402 card_error card_declined`.
    func problem(_ answer: RawAnswer) throws -> String {
        let error = try json(answer.body).require("error")
        return "\(answer.status) \(try error.string("type")) \(try error.stringIfPresent("code") ?? "")"
    }

    func setRule(_ rule: String) async throws {
        let answer = await RawClient.send("PUT", "/__mock/faults", "{\"rules\":[\(rule)]}", port: port)
        try #require(answer.status == 200, "\(answer.text)")
    }

    /// The ledger, a line a payment: `captured 123.45 100.00 0.00 GBP bkg_1`.
    func entries() async throws -> [String] {
        let ledger = try json(await RawClient.send("GET", "/__mock/ledger", port: port).body)
        return try ledger.elements("payments").map { entry in
            let money = try ["amount", "captured", "refunded"].map { name in
                try #require(entry.member(named: name)).string("amount")
            }
            let currency = try entry.require("amount").string("currency")
            let words = [try entry.string("state")] + money + [currency, try entry.string("reference")]
            return words.joined(separator: " ")
        }
    }

    /// The newest line of the ledger.
    func entry() async throws -> String { try #require(try await entries().last) }
}
