import Synchronization

/// Stops calling a peer that does not answer, or not in time, and finds out carefully whether it is back.
///
/// It trips on the rate of failures, or of slow calls, over a sliding window of time. A call counts when it ends; one
/// in flight for longer than `slowAfter` counts as slow from then on (noticed at most a 32nd of `slowAfter` late), so
/// that hangs trip it before they time out. After `openFor` it lends out a bounded number of probes, and closes or
/// opens again by their results.
public final class CircuitBreaker: Sendable {
    private let circuit: Mutex<Circuit>

    public init(_ configuration: CircuitConfiguration = CircuitConfiguration(), now: MonotonicInstant) {
        circuit = Mutex(Circuit(configuration, now: now))
    }

    /// Asks to make a call. A permit must be given back by `record`, whatever becomes of the call.
    public func acquire(at now: MonotonicInstant) throws(CircuitOpen) -> CircuitPermit {
        try circuit.withLock { (circuit) throws(CircuitOpen) in try circuit.acquire(at: now) }
    }

    /// Throws if a call would be refused now, and counts that; lends nothing. Lets a caller fail before it queues.
    public func check(at now: MonotonicInstant) throws(CircuitOpen) {
        try circuit.withLock { (circuit) throws(CircuitOpen) in try circuit.check(at: now) }
    }

    /// Gives a permit back, once. A result of an older state of the circuit is ignored.
    public func record(_ outcome: CallOutcome, of permit: CircuitPermit, at now: MonotonicInstant) {
        circuit.withLock { $0.record(outcome, of: permit, at: now) }
    }

    /// Forces the circuit open or closed, or ends that.
    public func force(_ override: CircuitOverride, at now: MonotonicInstant) {
        circuit.withLock { $0.force(override, at: now) }
    }

    public func snapshot(at now: MonotonicInstant) -> CircuitSnapshot {
        circuit.withLock { $0.snapshot(at: now) }
    }
}
