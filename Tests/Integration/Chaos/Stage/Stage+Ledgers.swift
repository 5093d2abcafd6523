import WireFormats

/// What everybody says when asked, as the auditor takes it.
extension Stage {
    /// The ledgers of all providers, and the gateway's.
    func ledgers() async throws -> (orders: [LedgerOrder], payments: [LedgerPayment]) {
        var orders: [LedgerOrder] = []
        for name in providers {
            let ledger = try await mock(name).get("/__mock/ledger").json
            orders += try ledger.elements("orders").map { try LedgerOrder($0, provider: name) }
        }
        let ledger = try await mock("payments").get("/__mock/ledger").json
        return (orders, try ledger.elements("payments").map { try LedgerPayment($0) })
    }

    /// The bookings that the service knows, of those that are asked for.
    func bookings(_ ids: Set<String>) async throws -> [String: BookingView] {
        guard let service = services.first else { throw HarnessError("nobody answers") }
        var bookings: [String: BookingView] = [:]
        for id in ids {
            let answer = try await service.get("/bookings/\(id)")
            if answer.status == 200 { bookings[id] = try BookingView(answer.json) }
        }
        return bookings
    }
}
