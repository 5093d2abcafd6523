import FareDomain
public import FarePorts
public import Logging
public import Resilience

/// How long idempotency keys are kept: twice the 24 hours that callers may rely on.
public struct KeyRetention: Sendable {
    private let store: any BookingStore
    private let clock: any MonotonicClock & WallClock
    private let logger: Logger

    private let age = Duration.seconds(48 * 3600)
    private let interval = Duration.seconds(3600)
    /// Keys forgotten by one call of the store's.
    private let batch = 1000

    public init(store: any BookingStore, clock: any MonotonicClock & WallClock, logger: Logger) {
        self.store = store
        self.clock = clock
        self.logger = logger
    }

    /// Forgets old keys once an hour, until it is cancelled.
    ///
    /// What is due waits for another hour: should somebody set the civil clock days ahead, there is time to set it
    /// right before fresh keys are taken for old ones.
    public func run() async {
        var due: Timestamp?
        repeat {
            let before = clock.timestamp.advanced(by: .zero - age)
            if let due { await forget(before: min(due, before)) }
            due = before
        } while (try? await clock.sleep(for: interval)) != nil
    }

    private func forget(before: Timestamp) async {
        do throws(StoreError) {
            while try await store.purge(before: before, limit: batch) == batch, !Task.isCancelled {}
        } catch {
            logger.warning("old keys not forgotten", metadata: ["reason": "\(error.detail)"])
        }
    }
}
