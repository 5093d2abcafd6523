import FareDomain
import FarePorts
import Logging
import Resilience
import SQLiteStore
import ServiceLifecycle

/// Forgets idempotency keys that are older than callers may rely on, once an hour.
struct KeyPurge: Service {
    let store: SQLiteStore
    let clock: SystemClock
    let logger: Logger

    /// Twice what is promised.
    private let age = Duration.seconds(48 * 3600)
    private let interval = Duration.seconds(3600)
    private let batch = 1000

    init(store: SQLiteStore, clock: SystemClock, logger: Logger) {
        self.store = store
        self.clock = clock
        self.logger = logger
    }

    func run() async throws {
        try await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                await purge()
                do { try await clock.sleep(for: interval) } catch { return }
            }
        }
    }

    private func purge() async {
        do throws(StoreError) {
            let before = clock.timestamp.advanced(by: .zero - age)
            while try await store.purge(before: before, limit: batch) == batch, !Task.isCancelled {}
        } catch {
            logger.warning("old keys not forgotten", metadata: ["reason": "\(error.detail)"])
        }
    }
}
