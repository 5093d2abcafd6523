import CoreMetrics
import FarePorts
import GRDB
import Resilience

/// Times the store's calls, with the wait for their turn, and counts those that failed. See `docs/metrics.md`.
struct StoreMetrics: Sendable {
    enum Operation: String, Sendable {
        case read, write
    }

    private let factory: any MetricsFactory = MetricsSystem.factory
    private let clock = SystemClock()
    private let reads: Timer
    private let writes: Timer

    init() {
        let label = "faremux_store_call_duration_seconds"
        reads = Timer(label: label, dimensions: [("operation", Operation.read.rawValue)], factory: factory)
        writes = Timer(label: label, dimensions: [("operation", Operation.write.rawValue)], factory: factory)
    }

    func measure<Value>(
        _ operation: Operation, _ call: () async throws(StoreError) -> Value
    ) async throws(StoreError) -> Value {
        let start = clock.now
        defer {
            (operation == .read ? reads : writes).recordNanoseconds(start.duration(to: clock.now).nanoseconds)
        }
        do throws(StoreError) {
            return try await call()
        } catch {
            count(error, in: operation)
            throw error
        }
    }

    /// A conflict or a duplicate is an answer, not a failure.
    private func count(_ error: StoreError, in operation: Operation) {
        guard error.code != .conflict, error.code != .duplicate else { return }
        Counter(
            label: "faremux_store_failures_total",
            dimensions: [("operation", operation.rawValue), ("code", error.code.rawValue)], factory: factory
        ).increment()
    }
}

extension SQLiteStore {
    /// `transact`, measured.
    func write<Value: Sendable>(
        _ body: @escaping @Sendable (Database) throws -> Value
    ) async throws(StoreError) -> Value {
        try await metrics.measure(.write) { () async throws(StoreError) in try await transact(body) }
    }

    /// `look`, measured.
    func read<Value: Sendable>(
        _ body: @escaping @Sendable (Database) throws -> Value
    ) async throws(StoreError) -> Value {
        try await metrics.measure(.read) { () async throws(StoreError) in try await look(body) }
    }
}
