public import FareDomain
public import FarePorts

/// One attempt at one request, for logs and metrics.
public struct CallAttempt: Hashable, Sendable {
    /// How an attempt ended.
    public enum Outcome: Hashable, Sendable {
        case answered(status: Int)
        case failed(TransportError.Code)
        /// By our own policies: nothing was sent.
        case refused(TransportError.Code)
    }

    public var provider: ProviderID
    public var operation: ProviderOperation
    public var lane: Lane
    /// From one; anything above is a retry.
    public var number: Int
    public var outcome: Outcome
    /// For a slot and a turn.
    public var waited: Duration
    /// The transfer's own time; zero if nothing was sent.
    public var duration: Duration

    public init(
        provider: ProviderID, operation: ProviderOperation, lane: Lane, number: Int, outcome: Outcome,
        waited: Duration, duration: Duration
    ) {
        self.provider = provider
        self.operation = operation
        self.lane = lane
        self.number = number
        self.outcome = outcome
        self.waited = waited
        self.duration = duration
    }
}

/// Is told of every attempt when it has ended.
public protocol CallObserver: Sendable {
    /// Called on the caller's task, between attempts: must be quick, and must not block.
    func attemptEnded(_ attempt: CallAttempt)
}
