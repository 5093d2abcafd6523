import FareDomain
import FarePorts

/// What time does to a payment and its refunds.
extension FakeGateway.Entry {
    mutating func age(at now: Timestamp, authorizationLife: Duration) {
        while let due = changesAt, due <= now {
            changesAt = nil
            switch payment.state {
            case .processing:
                payment.state = .authorized
                changesAt = due.advanced(by: authorizationLife)
            case .authorized: payment.state = .voided
            default: break
            }
        }
        for index in refunds.indices {
            guard let due = refunds[index].changesAt, due <= now, let next = refunds[index].next else { continue }
            refunds[index].become(next)
        }
        count()
    }

    mutating func begin(_ refund: Refund, course: FakeGateway.RefundCourse, at now: Timestamp) {
        var entry = FakeGateway.RefundEntry(refund: refund)
        switch course {
        case .succeeds: break
        case .fails: entry.become(.failed)
        case .pendsThenSucceeds(let time): entry.become(.pending, then: .succeeded, at: now.advanced(by: time))
        case .pendsThenFails(let time): entry.become(.pending, then: .failed, at: now.advanced(by: time))
        case .succeedsThenFails(let time): entry.become(.succeeded, then: .failed, at: now.advanced(by: time))
        }
        refunds.append(entry)
        count()
    }

    /// What failed is the merchant's again.
    private mutating func count() {
        guard [.captured, .refunded].contains(payment.state) else { return }
        let units = refunds.reduce(0) { $0 + ($1.refund.state == .failed ? 0 : $1.refund.amount.minorUnits) }
        payment.refunded = Money(minorUnits: units, currency: payment.amount.currency)
        payment.state = units > 0 ? .refunded : .captured
    }
}

extension FakeGateway.RefundEntry {
    fileprivate mutating func become(_ state: Refund.State, then next: Refund.State? = nil, at time: Timestamp? = nil) {
        refund.state = state
        refund.failure = state == .failed ? "expired_or_canceled_card" : nil
        self.next = next
        changesAt = time
    }
}
