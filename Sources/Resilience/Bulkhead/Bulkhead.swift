import Synchronization

/// Bounds the calls in flight to one peer, so that a slow one takes only what is its own.
///
/// Those who find no room wait in a bounded line, first come first served within their priority, until their deadline.
public final class Bulkhead: Sendable {
    private struct State {
        var machine: BulkheadMachine
        var signals: [Ticket: Signal] = [:]

        mutating func takeSignals(of tickets: [Ticket]) -> [Signal] {
            tickets.compactMap { signals.removeValue(forKey: $0) }
        }
    }

    private let clock: any MonotonicClock
    private let state: Mutex<State>

    /// - Parameters:
    ///   - limit: calls in flight, of both priorities.
    ///   - reservedShare: the share of `limit` (and of `queue`), 0…1, that ordinary calls leave free.
    ///   - queue: how many may wait.
    public init(limit: Int, reservedShare: Double = 0, queue: Int, clock: any MonotonicClock) {
        self.clock = clock
        state = Mutex(State(machine: BulkheadMachine(limit: limit, reservedShare: reservedShare, queue: queue)))
    }

    /// Calls that hold a slot.
    public var inFlight: Int { state.withLock { $0.machine.inFlight } }
    /// Calls that wait for one.
    public var waiting: Int { state.withLock { $0.machine.waiting } }

    /// Takes a slot, to be given back by `release` with the same priority.
    ///
    /// - Throws: `queueFull`, `deadline`, or `cancelled`; then there is no slot to give back.
    public func acquire(_ priority: Priority, until deadline: MonotonicInstant) async throws(WaitRefusal) {
        if Task.isCancelled { throw .cancelled }
        let (admission, signal) = state.withLock { state -> (BulkheadMachine.Admission, Signal?) in
            let admission = state.machine.acquire(priority)
            guard case .wait(let ticket) = admission else { return (admission, nil) }
            let signal = Signal()
            state.signals[ticket] = signal
            return (admission, signal)
        }
        if case .full = admission { throw .queueFull }
        if case .wait(let ticket) = admission, let signal { try await wait(for: signal, as: ticket, until: deadline) }
    }

    /// Gives a slot back, once.
    public func release(_ priority: Priority) {
        let signals = state.withLock { state in
            let tickets = state.machine.release(priority)
            return state.takeSignals(of: tickets)
        }
        for signal in signals { signal.raise() }
    }

    private func wait(
        for signal: Signal, as ticket: Ticket, until deadline: MonotonicInstant
    ) async throws(WaitRefusal) {
        await signal.wait(until: deadline, clock: clock)
        let (granted, signals) = state.withLock { state in
            let (granted, woken) = state.machine.settle(ticket)
            state.signals[ticket] = nil
            return (granted, state.takeSignals(of: woken))
        }
        for signal in signals { signal.raise() }
        guard granted else { throw Task.isCancelled ? .cancelled : .deadline(retryAfter: nil) }
        if Task.isCancelled {
            release(ticket.priority)
            throw .cancelled
        }
    }
}
