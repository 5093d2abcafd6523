import CoreMetrics
import FareDomain
import FarePorts
import FareTestSupport
import Telemetry
import Testing

@testable import SQLiteStore

/// What is counted of the store's calls.
struct StoreMetricsTests {
    private let metrics = PrometheusMetrics(descriptions: FaremuxMetrics.descriptions)
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func open(waitingCalls: Int = 8) async throws -> SQLiteStore {
        var configuration = SQLiteStore.Configuration()
        configuration.waitingCalls = waitingCalls
        let path = folder.path("store.db")
        return try await withMetricsFactory(metrics) { () async throws in
            try await SQLiteStore(path: path, configuration: configuration)
        }
    }

    @Test func callsAreTimedAndAConflictIsNoFailure() async throws {
        let store = try await open()
        _ = try await store.booking(BookingID("bkg_none"))
        let answer = StoredAnswer(status: 200, contentType: "text/plain", location: nil, body: [])
        let unknown = IdempotencyKey(caller: "anonymous", key: "unknown")
        let now = Timestamp(secondsSinceEpoch: 0)
        await #expect(throws: StoreError.self) { try await store.finish(unknown, with: answer, now: now) }
        try await store.close()
        let exposition = try Exposition(metrics.exposition())
        #expect(exposition.value("faremux_store_call_duration_seconds_count", ["operation": "read"]) == 1)
        #expect(exposition.value("faremux_store_call_duration_seconds_count", ["operation": "write"]) == 1)
        #expect(exposition.value("faremux_store_failures_total") == nil)
    }

    @Test func aCallThatFailsIsCountedByItsReason() async throws {
        let store = try await open(waitingCalls: 0)
        let error = await #expect(throws: StoreError.self) { try await store.booking(BookingID("bkg_none")) }
        #expect(error?.code == .busy)
        try await store.close()
        let exposition = try Exposition(metrics.exposition())
        #expect(exposition.value("faremux_store_failures_total", ["operation": "read", "code": "busy"]) == 1)
    }
}
