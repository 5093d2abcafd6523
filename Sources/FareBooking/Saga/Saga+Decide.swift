import FareDomain
import FarePorts

/// What to do next.
enum Decision: Hashable, Sendable {
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
    /// The next thing to do at `now`. In this order: what may have been ticketed, the open attempt, undoing what
    /// given-up attempts left, the next candidate, lost holds.
    func decide(at now: Timestamp) -> Decision {
        var earliest: Timestamp?
        if let index = ticketIndex, let step = ticketStep(index, at: now) {
            let decision = begin(step, index, at: now)
            // While it is not known whether there is a ticket, nothing else is done. A capture that waits keeps nobody
            // else.
            guard case .wait(let until) = decision, attempts[index].ticket != .unknown else { return decision }
            earliest = until
        }
        if let index = openIndex, earliest == nil { return advance(index, at: now) }
        for index in attempts.indices {
            for step in undoing(index, at: now) where !(step == .find && mayOpen) {
                switch begin(step, index, at: now) {
                case .perform(let command): return .perform(command)
                case .wait(let until): earliest = min(earliest ?? until, until)
                default: break
                }
            }
        }
        return mayOpen ? .next : earliest.map { .wait(until: $0) } ?? .settled
    }

    /// An attempt that is open and has no ticketing call out: reprice → hold → authorize → confirm, or, where the
    /// offer can't be held, reprice → authorize → order.
    private func advance(_ index: Int, at now: Timestamp) -> Decision {
        let attempt = attempts[index]
        if !attempt.repriced { return begin(.reprice, index, at: now) }
        if attempt.offer.holdable, attempt.hold == .none { return begin(.hold, index, at: now) }
        if attempt.money != .authorized { return begin(moneyStep(.authorize, index, at: now), index, at: now) }
        guard attempt.offer.holdable else { return begin(.order, index, at: now) }
        if attempt.holdIsOver(at: now) {
            return .giveUp(
                Attempt.Failure(outcome: .error, step: .confirm, detail: "the hold ran out", isExpired: true))
        }
        return begin(.confirm, index, at: now)
    }

    /// What a ticket wants, or what may be one. While the outcome of a ticketing call is not known, that is asking, and
    /// nothing else.
    private func ticketStep(_ index: Int, at now: Timestamp) -> Step? {
        let attempt = attempts[index]
        switch attempt.ticket {
        case .ticketed where attempt.money == .authorized: return moneyStep(.capture, index, at: now)
        case .ticketed where attempt.money != .captured: return .cancel
        case .ticketed: return cancellationStep(index)
        case .cancelled: return attempt.owesRefund ? moneyStep(.refund, index, at: now) : nil
        case .unknown: break
        default: return nil
        }
        switch attempt.settling?.stage {
        case .ask, nil: return .status
        case .find: return .find
        case .held: return mayConfirmAgain(index, at: now) ? .confirm : .release
        }
    }

    private func mayConfirmAgain(_ index: Int, at now: Timestamp) -> Bool {
        let attempt = attempts[index]
        guard direction == .booking, attempt.settling?.confirmedAgain == false, let order = attempt.order
        else { return false }
        return attempt.allows(order.total) && !attempt.holdIsOver(at: now)
    }

    private func begin(_ step: Step, _ index: Int, at now: Timestamp) -> Decision {
        let tries = attempts[index][step]
        if let notBefore = tries.notBefore, notBefore > now { return .wait(until: notBefore) }
        return .perform(Command(attempt: index, step: step, number: tries.number))
    }
}

extension Saga {
    /// The attempt that holds a ticket, or may, or held one.
    private var ticketIndex: Int? {
        attempts.lastIndex { [.ticketed, .unknown, .cancelled].contains($0.ticket) }
    }

    /// What is left to undo of an attempt: money first, then seats.
    private func undoing(_ index: Int, at now: Timestamp) -> [Step] {
        let attempt = attempts[index]
        guard attempt.failure != nil, ![.ticketed, .unknown, .cancelled].contains(attempt.ticket) else { return [] }
        // Where it is not known whether money is reserved, the same request under the same key tells.
        var steps = attempt.wantedMoneyStep.map { [moneyStep($0, index, at: now)] } ?? []
        switch attempt.hold {
        case .live: steps.append(attempt.isStrayTicket ? .cancel : .release)
        case .disputed: steps.append(.status)
        case .unknown: steps.append(.find)
        default: break
        }
        return steps
    }
}
