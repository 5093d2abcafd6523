import FareDomain
import FarePorts

/// What the results of giving seats and tickets back mean. Undoing is repeated until it is certain, and never told as
/// done before.
extension Saga {
    /// A ticket that can't be paid for, or that nobody asked for.
    mutating func cancelled(_ index: Int, _ result: StepResult, at now: Timestamp) {
        switch result {
        case .released:
            attempts[index].order?.state = .cancelled
            attempts[index].hold = .gone
            guard attempts[index].ticket == .ticketed else { return }
            attempts[index].ticket = .refuted
            stopped = true
            fail(index, .error, .capture, "the authorization ended, and the ticket was cancelled")
        case .failed(let failure):
            needsAttention = true
            pause(.cancel, index, at: now, answered: failure.reason != .notSent)
            if failure.reason != .notSent { pauseLonger(.cancel, index, at: now) }
        default: pause(.cancel, index, at: now, answered: false)
        }
    }

    static let longestRefusalPause = Duration.seconds(600)

    /// What was refused often is not asked for every few seconds for ever.
    mutating func pauseLonger(_ step: Step, _ index: Int, at now: Timestamp) {
        let excess = attempts[index][step].count - terms.policy.attentionAfter
        guard excess > 0 else { return }
        let pause = min(terms.policy.longestPause * (1 << min(excess, 8)), Self.longestRefusalPause)
        attempts[index][step].notBefore = now.advanced(by: pause)
    }

    mutating func released(_ index: Int, _ result: StepResult, at now: Timestamp) {
        switch result {
        case .released: attempts[index].hold = .gone
        case .failed(let failure) where failure.reason == .notFound || failure.reason == .expired:
            attempts[index].hold = .gone
        case .failed(let failure) where failure.reason == .notSent:
            pause(.release, index, at: now, answered: false)
        case .failed:
            attempts[index].hold = .disputed
            pause(.release, index, at: now, answered: true)
        default: pause(.release, index, at: now, answered: false)
        }
        if attempts[index].hold == .live, let ends = attempts[index].order?.ticketBy, ends <= now {
            // It ended by itself at the provider. Whether it really has is for reconciliation to look at.
            attempts[index].hold = .gone
        }
    }

    /// Why an order could not be given back.
    mutating func askedWhyHeld(_ index: Int, _ result: StepResult, at now: Timestamp) {
        switch result {
        case .order(let order):
            attempts[index].order = keeping(order, index)
            let hasEnded = order.state == .held && attempts[index].order?.ticketBy.map { $0 <= now } == true
            attempts[index].hold = order.state == .cancelled || hasEnded ? .gone : .live
            if order.state == .ticketed { needsAttention = true }
        case .failed(let failure) where failure.reason == .notFound: attempts[index].hold = .gone
        default: pause(.status, index, at: now, answered: false)
        }
    }

    mutating func foundLostHold(_ index: Int, _ result: StepResult, at now: Timestamp) {
        switch result {
        case .found(let orders):
            switch ours(among: orders, index) {
            case .one(let order):
                attempts[index].order = keeping(order, index)
                attempts[index].hold = order.state == .cancelled ? .gone : .live
                if order.state == .ticketed { needsAttention = true }
            case .none: lostHoldNotFound(index, at: now)
            case .unclear: pause(.find, index, at: now, answered: false)
            }
        case .failed(let failure) where failure.reason == .notSupported:
            // Left to the provider's own time limit, and told so.
            attempts[index].hold = .gone
            needsAttention = true
        default: pause(.find, index, at: now, answered: false)
        }
    }

    private mutating func lostHoldNotFound(_ index: Int, at now: Timestamp) {
        guard var search = attempts[index].holdSearch else { return }
        let proven = search.note(asked: begunAt ?? now, quarantine: quarantine(of: index))
        attempts[index].holdSearch = search
        if proven {
            attempts[index].hold = .gone
            attempts[index].vanishedAt = search.callEndedAt
        } else {
            askAgain(.find, index, search, at: now)
        }
    }
}
