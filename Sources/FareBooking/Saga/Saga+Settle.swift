import FareDomain
import FarePorts

/// What is learned about a ticketing call whose outcome is not known.
extension Saga {
    /// A result while the ticket is in doubt: of asking, of finding, of confirming again, or of the release that proves.
    mutating func settled(_ command: Command, _ result: StepResult, at now: Timestamp) {
        switch command.step {
        case .status, .find: asked(command, result, at: now)
        case .confirm: confirmedAgain(command.attempt, result, at: now)
        case .release: releasedInDoubt(command.attempt, result, at: now)
        default: break
        }
    }

    private mutating func asked(_ command: Command, _ result: StepResult, at now: Timestamp) {
        let index = command.attempt
        switch result {
        case .order(let order): learned(order, index)
        case .found(let orders):
            if let order = orders.first {
                if orders.count > 1 { needsAttention = true }
                learned(order, index)
            } else {
                notFound(command, at: now)
            }
        case .failed(let failure) where failure.reason == .notFound: notFound(command, at: now)
        case .failed(let failure) where failure.reason == .notSupported:
            // Nobody can be asked. People must look: assuming either way could lose a ticket or its price.
            needsAttention = true
            attempts[index].settling?.cause = failure.detail
            pause(command.step, index, at: now, answered: false)
        default: pause(command.step, index, at: now, answered: false)
        }
    }

    private mutating func learned(_ order: ProviderOrder, _ index: Int) {
        attempts[index].order = keeping(order, index)
        switch order.state {
        case .ticketed:
            attempts[index].ticket = .ticketed
            attempts[index].settling = nil
        case .cancelled:
            attempts[index].hold = .gone
            refute(index)
        case .held:
            attempts[index].hold = .live
            let again = direction == .booking && attempts[index].settling?.confirmedAgain == false
            attempts[index].settling?.stage = again ? .confirm : .release
        }
    }

    private mutating func notFound(_ command: Command, at now: Timestamp) {
        let index = command.attempt
        let quarantine = terms.policy.quarantine
        guard var settling = attempts[index].settling else { return }
        let proven = settling.notFound.note(at: now, quarantine: quarantine)
        attempts[index].settling = settling
        if proven {
            attempts[index].hold = .gone
            return refute(index)
        }
        pause(command.step, index, at: now, answered: false)
        if settling.notFound.count > 1, let ended = settling.notFound.callEndedAt {
            // A later answer counts only after the quarantine: no use in asking before.
            attempts[index][command.step].notBefore = max(
                attempts[index][command.step].notBefore ?? now, ended.advanced(by: quarantine))
        }
    }

    private mutating func confirmedAgain(_ index: Int, _ result: StepResult, at now: Timestamp) {
        attempts[index].settling?.confirmedAgain = true
        attempts[index].settling?.notFound.callEndedAt = now
        attempts[index][.confirm].number += 1
        switch result {
        case .order(let order) where order.state == .ticketed: learned(order, index)
        case .failed: attempts[index].settling?.stage = .release
        default: attempts[index].settling?.stage = .ask
        }
    }

    private mutating func releasedInDoubt(_ index: Int, _ result: StepResult, at now: Timestamp) {
        switch result {
        case .released:
            attempts[index].hold = .gone
            refute(index)
        case .failed(let failure) where failure.reason == .notSent:
            pause(.release, index, at: now, answered: false)
        default:
            // Refused, perhaps because it is ticketed by now; or not known. Asking tells which.
            attempts[index].settling?.stage = .ask
            pause(.release, index, at: now, answered: false)
        }
    }

    /// There is no ticket, and none can come.
    private mutating func refute(_ index: Int) {
        let step: Step = attempts[index].offer.holdable ? .confirm : .order
        let cause = attempts[index].settling?.cause ?? "not ticketed"
        attempts[index].ticket = .refuted
        attempts[index].settling = nil
        fail(index, .error, step, cause)
    }
}
