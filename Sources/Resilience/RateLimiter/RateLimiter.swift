import Synchronization

/// Keeps calls within a peer's quota by making them wait, and off a peer that asked for a pause.
///
/// In any second at most `perSecond` calls go, never two closer than `spacing`, and as early as that allows. Preferred
/// calls go before ordinary ones, which use at most their own share of the rate: searches never starve a booking.
public final class RateLimiter: Sendable {
    private struct State {
        var machine: PacingMachine
        var signals: [Ticket: Signal] = [:]

        var firstSignal: Signal? { machine.first.flatMap { signals[$0] } }
    }

    private let clock: any MonotonicClock
    private let state: Mutex<State>

    public init(_ limit: RateLimit, clock: any MonotonicClock) {
        self.clock = clock
        state = Mutex(State(machine: PacingMachine(limit)))
    }

    /// How many calls could go at once now; zero during a pause.
    public var remaining: Int { state.withLock { $0.machine.remaining(at: clock.now) } }
    /// Calls that wait.
    public var waiting: Int { state.withLock { $0.machine.waiting } }

    /// Waits for its turn. Refuses at once if that can't come before `deadline`.
    ///
    /// - Throws: `queueFull`, `deadline` (also if a pause is imposed meanwhile), or `cancelled`.
    public func acquire(_ priority: Priority, until deadline: MonotonicInstant) async throws(WaitRefusal) {
        if Task.isCancelled { throw .cancelled }
        let (first, place) = state.withLock { state -> (PacingMachine.Step, (ticket: Ticket, signal: Signal)?) in
            let (step, ticket) = state.machine.ask(priority, now: clock.now, deadline: deadline)
            guard let ticket else { return (step, nil) }
            let signal = Signal()
            state.signals[ticket] = signal
            return (step, (ticket, signal))
        }
        var step = first
        while case .wait(let instant) = step, let (ticket, signal) = place {
            await signal.wait(until: instant, clock: clock)
            if Task.isCancelled {
                leave(ticket)
                throw .cancelled
            }
            step = askAgain(ticket, until: deadline)
        }
        if case .refused(let refusal) = step { throw refusal }
    }

    /// Lets nobody go for `duration`, because the peer said so.
    public func pause(for duration: Duration) {
        let signal = state.withLock { state in
            state.machine.pause(until: clock.now.advanced(by: duration))
            return state.firstSignal
        }
        // It may learn that its turn comes too late now.
        signal?.raise()
    }

    private func askAgain(_ ticket: Ticket, until deadline: MonotonicInstant) -> PacingMachine.Step {
        let (step, next) = state.withLock { state -> (PacingMachine.Step, Signal?) in
            let step = state.machine.askAgain(ticket, now: clock.now, deadline: deadline)
            if case .wait = step { return (step, nil) }
            state.signals[ticket] = nil
            return (step, state.firstSignal)
        }
        next?.raise()
        return step
    }

    private func leave(_ ticket: Ticket) {
        let next = state.withLock { state in
            state.machine.leave(ticket)
            state.signals[ticket] = nil
            return state.firstSignal
        }
        next?.raise()
    }
}
