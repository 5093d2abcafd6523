public import FareDomain
public import FarePorts
public import Resilience

/// One provider as operators see it in `/health`.
public struct GuardSnapshot: Hashable, Sendable {
    /// One lane's circuit breaker.
    public struct Circuit: Hashable, Sendable {
        public var lane: Lane
        public var state: CircuitState
        public var since: Timestamp
        public var failureRate: Double
        public var slowRate: Double
        /// In the window.
        public var calls: Int
        /// Since the start.
        public var rejected: Int
        public var nextProbeAt: Timestamp?
    }

    public var provider: ProviderID
    /// One a lane, in the order of `Lane`.
    public var circuits: [Circuit]
    public var inFlight: Int
    /// Calls that could go at once, by our own pacing; zero while the provider's pause lasts.
    public var quotaRemaining: Int
    /// Of the last calls of all lanes; nil before the first.
    public var latencyP50: Duration?
    public var latencyP95: Duration?
}

extension GuardSnapshot.Circuit {
    /// - Parameters:
    ///   - now, timestamp: the same instant on both clocks.
    init(lane: Lane, _ snapshot: CircuitSnapshot, now: MonotonicInstant, timestamp: Timestamp) {
        func civil(_ instant: MonotonicInstant) -> Timestamp { timestamp.advanced(by: now.duration(to: instant)) }
        self.lane = lane
        state = snapshot.state
        since = civil(snapshot.since)
        failureRate = snapshot.failureRate
        slowRate = snapshot.slowRate
        calls = snapshot.calls
        rejected = snapshot.rejected
        nextProbeAt = snapshot.nextProbeAt.map(civil)
    }
}
