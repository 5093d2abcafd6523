import FareDomain
import FarePorts

/// What the results of capturing and of undoing mean. Undoing is repeated until it is certain, and never told as done before.
extension Saga {
    mutating func captured(_ index: Int, _ result: StepResult, at now: Timestamp) {
        switch result {
        case .payment(let payment) where payment.state == .captured || payment.state == .refunded:
            attempts[index].payment = payment
            attempts[index].money = .captured
            if let order = attempts[index].order, order.total != payment.captured { needsAttention = true }
        case .payment(let payment):
            attempts[index].payment = payment
            if payment.state == .voided { needsAttention = true }
            pause(.capture, index, at: now, answered: true)
        case .failed(let failure): pause(.capture, index, at: now, answered: failure.reason != .notSent)
        default: pause(.capture, index, at: now, answered: false)
        }
    }

    mutating func voided(_ index: Int, _ result: StepResult, at now: Timestamp) {
        switch result {
        case .payment(let payment) where payment.state == .voided || payment.state == .declined:
            attempts[index].payment = payment
            attempts[index].money = .voided
        case .payment(let payment):
            attempts[index].payment = payment
            pause(.void, index, at: now, answered: true)
        case .failed(let failure) where failure.reason == .notFound: attempts[index].money = .voided
        case .failed(let failure): pause(.void, index, at: now, answered: failure.reason != .notSent)
        default: pause(.void, index, at: now, answered: false)
        }
    }

    mutating func released(_ index: Int, _ result: StepResult, at now: Timestamp) {
        switch result {
        case .released: attempts[index].hold = .gone
        case .failed(let failure) where failure.reason == .notFound || failure.reason == .expired:
            attempts[index].hold = .gone
        case .failed(let failure): pause(.release, index, at: now, answered: failure.reason != .notSent)
        default: pause(.release, index, at: now, answered: false)
        }
        if attempts[index].hold == .live, let ticketBy = attempts[index].order?.ticketBy, ticketBy <= now {
            // It ends by itself at the provider, too; whether it has is for reconciliation to look at.
            attempts[index].hold = .gone
        }
    }

    mutating func foundLostHold(_ index: Int, _ result: StepResult, at now: Timestamp) {
        switch result {
        case .found(let orders):
            if let order = orders.first(where: { $0.state != .cancelled }) {
                attempts[index].order = keeping(order, index)
                attempts[index].hold = .live
                if order.state == .ticketed { needsAttention = true }
            } else if !orders.isEmpty
                || attempts[index].holdSearch.note(at: now, quarantine: terms.policy.quarantine)
            {
                attempts[index].hold = .gone
            } else {
                waitForQuarantine(index, at: now)
            }
        case .failed(let failure) where failure.reason == .notSupported:
            // Left to the provider's own time limit, and told so.
            attempts[index].hold = .gone
            needsAttention = true
        default: pause(.find, index, at: now, answered: false)
        }
    }

    private mutating func waitForQuarantine(_ index: Int, at now: Timestamp) {
        pause(.find, index, at: now, answered: false)
        guard let ended = attempts[index].holdSearch.callEndedAt else { return }
        let quarantine = ended.advanced(by: terms.policy.quarantine)
        attempts[index][.find].notBefore = max(attempts[index][.find].notBefore ?? now, quarantine)
    }
}
