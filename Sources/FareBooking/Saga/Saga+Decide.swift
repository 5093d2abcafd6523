public import FareDomain
import FarePorts

/// What to do next.
public enum Decision: Hashable, Sendable {
    /// Begin this step: write it down, call, report.
    case perform(Command)
    /// Give the open attempt up, before any call for it.
    case giveUp(Attempt.Failure)
    /// Open an attempt with the next candidate, or say that there is none.
    case next
    /// Nothing can be done before then.
    case wait(until: Timestamp)
    /// Nothing is left to do, ever.
    case settled
}

extension Saga {
    /// The next thing to do at `now`. In this order: what may have been ticketed, the open attempt, undoing what given-up
    /// attempts left, the next candidate.
    public func decide(at now: Timestamp) -> Decision {
        if let index = attempts.indices.last {
            if let decision = settle(index, at: now) ?? collect(index, at: now) { return decision }
            if openIndex == index { return advance(index, at: now) }
        }
        var earliest: Timestamp?
        for index in attempts.indices {
            switch undo(index, at: now) {
            case .perform(let command): return .perform(command)
            case .wait(let until): earliest = min(earliest ?? until, until)
            default: break
            }
        }
        if direction == .booking, !stopped, !exhausted, ticketing == nil { return .next }
        return earliest.map { .wait(until: $0) } ?? .settled
    }

    /// An attempt that is open and has no ticketing call out: reprice → hold → authorize → confirm, or, where the
    /// offer can't be held, reprice → authorize → order.
    private func advance(_ index: Int, at now: Timestamp) -> Decision {
        let attempt = attempts[index]
        if !attempt.repriced { return perform(.reprice, index, at: now) }
        if attempt.offer.holdable, attempt.hold == .none { return perform(.hold, index, at: now) }
        switch attempt.money {
        case .none, .unknown: return perform(.authorize, index, at: now)
        case .authorized: break
        case .captured, .voided, .refused: return .settled  // Such an attempt is never open.
        }
        guard attempt.offer.holdable else { return perform(.order, index, at: now) }
        if let ticketBy = attempt.order?.ticketBy, ticketBy <= now {
            return .giveUp(Attempt.Failure(outcome: .error, step: .confirm, detail: "the hold ran out"))
        }
        return perform(.confirm, index, at: now)
    }

    /// While the outcome of a ticketing call is not known: ask, and do nothing else.
    private func settle(_ index: Int, at now: Timestamp) -> Decision? {
        guard attempts[index].ticket == .unknown, let settling = attempts[index].settling else { return nil }
        switch settling.stage {
        case .ask: return perform(.status, index, at: now)
        case .find: return perform(.find, index, at: now)
        case .confirm: return perform(.confirm, index, at: now)
        case .release: return perform(.release, index, at: now)
        }
    }

    /// Ticketed: take the money.
    private func collect(_ index: Int, at now: Timestamp) -> Decision? {
        let attempt = attempts[index]
        guard attempt.ticket == .ticketed, attempt.money == .authorized else { return nil }
        return perform(.capture, index, at: now)
    }

    /// A given-up attempt: money first, then seats.
    private func undo(_ index: Int, at now: Timestamp) -> Decision {
        let attempt = attempts[index]
        guard attempt.failure != nil, attempt.ticket != .ticketed, attempt.ticket != .unknown else { return .settled }
        var waits: [Timestamp] = []
        for step in attempt.undoing {
            switch perform(step, index, at: now) {
            case .perform(let command): return .perform(command)
            case .wait(let until): waits.append(until)
            default: break
            }
        }
        return waits.min().map { .wait(until: $0) } ?? .settled
    }

    private func perform(_ step: Step, _ index: Int, at now: Timestamp) -> Decision {
        let tries = attempts[index][step]
        if let notBefore = tries.notBefore, notBefore > now { return .wait(until: notBefore) }
        return .perform(Command(attempt: index, step: step, number: tries.number))
    }
}

extension Attempt {
    /// What is left to undo, in order of urgency.
    var undoing: [Step] {
        var steps: [Step] = []
        switch money {
        case .unknown: steps.append(.authorize)  // The same request under the same key tells what came of it.
        case .authorized: steps.append(.void)
        default: break
        }
        switch hold {
        case .live: steps.append(.release)
        case .unknown: steps.append(.find)
        default: break
        }
        return steps
    }
}
