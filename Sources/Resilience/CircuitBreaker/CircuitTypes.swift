/// What a circuit breaker goes by. The defaults are those of `provider.yaml`.
public struct CircuitConfiguration: Hashable, Sendable {
    /// How far back calls count.
    public var window: Duration
    /// With fewer calls in the window, nothing trips.
    public var minimumCalls: Int
    /// The share of failures, 0…1, at which it trips.
    public var failureRate: Double
    /// A call that takes this long is slow, also while it is still in flight.
    public var slowAfter: Duration
    /// The share of slow calls, 0…1, at which it trips.
    public var slowRate: Double
    /// How long it stays open before it lets probes through.
    public var openFor: Duration
    /// How many calls, at most, find out whether the peer is back.
    public var probes: Int
    /// A probe without a result counts as failed after this.
    public var probeTimeout: Duration

    public init(
        window: Duration = .seconds(30), minimumCalls: Int = 10, failureRate: Double = 0.5,
        slowAfter: Duration = .milliseconds(4000), slowRate: Double = 0.9, openFor: Duration = .seconds(5),
        probes: Int = 2, probeTimeout: Duration = .milliseconds(5000)
    ) {
        self.window = window
        self.minimumCalls = max(1, minimumCalls)
        self.failureRate = failureRate
        self.slowAfter = slowAfter
        self.slowRate = slowRate
        self.openFor = openFor
        self.probes = max(1, probes)
        self.probeTimeout = probeTimeout
    }
}

/// What a call's end says about the peer.
public enum CallOutcome: Sendable {
    case success, failure
    /// Nothing, unless the call was slow.
    case neutral
}

public enum CircuitState: String, Sendable, CaseIterable {
    case closed, open
    case halfOpen = "half_open"
    case forcedOpen = "forced_open"
    case forcedClosed = "forced_closed"
}

/// What an operator orders.
public enum CircuitOverride: String, Sendable {
    case forcedOpen = "forced_open"
    case forcedClosed = "forced_closed"
    /// By the calls again, starting closed.
    case auto
}

/// The right to make one call, to be given back with its outcome.
public struct CircuitPermit: Hashable, Sendable {
    public let startedAt: MonotonicInstant
    /// Rises with every change of state: what was allowed in an older one says nothing about the present.
    let generation: UInt64
    let startBucket: Int64
    /// Which probe this is; nil unless the circuit was half-open.
    let probe: Int?
}

/// The circuit lets no call through.
public struct CircuitOpen: Error, Hashable, Sendable {
    /// When a call may be let through again, where that is known.
    public var retryAfter: Duration?

    public init(retryAfter: Duration?) { self.retryAfter = retryAfter }
}

/// A circuit, for operators.
public struct CircuitSnapshot: Hashable, Sendable {
    public var state: CircuitState
    /// When it came into this state.
    public var since: MonotonicInstant
    /// Of the calls in the window; of those that tripped it while it is open or half-open.
    public var failureRate: Double
    public var slowRate: Double
    public var calls: Int
    /// Calls refused since the start.
    public var rejected: Int
    /// When the next probe may go; nil where no time has to pass first.
    public var nextProbeAt: MonotonicInstant?

    public init(
        state: CircuitState, since: MonotonicInstant, failureRate: Double = 0, slowRate: Double = 0, calls: Int = 0,
        rejected: Int = 0, nextProbeAt: MonotonicInstant? = nil
    ) {
        self.state = state
        self.since = since
        self.failureRate = failureRate
        self.slowRate = slowRate
        self.calls = calls
        self.rejected = rejected
        self.nextProbeAt = nextProbeAt
    }
}
