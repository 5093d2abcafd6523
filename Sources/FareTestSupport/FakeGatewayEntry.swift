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
            refunds[index].become(next, at: due)
        }
        count()
    }

    mutating func begin(_ refund: Refund, course: FakeGateway.RefundCourse, at now: Timestamp) {
        var entry = FakeGateway.RefundEntry(refund: refund)
        switch course {
        case .succeeds: break
        case .fails: entry.become(.failed, at: now)
        case .pendsThenSucceeds(let time): entry.become(.pending, at: now, then: .succeeded, after: time)
        case .pendsThenFails(let time): entry.become(.pending, at: now, then: .failed, after: time)
        case .succeedsThenFails(let time): entry.become(.succeeded, at: now, then: .failed, after: time)
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
    fileprivate mutating func become(
        _ state: Refund.State, at now: Timestamp, then next: Refund.State? = nil, after time: Duration = .zero
    ) {
        refund.state = state
        refund.failure = state == .failed ? "expired_or_canceled_card" : nil
        failedAt = state == .failed ? now : nil
        self.next = next
        changesAt = next == nil ? nil : now.advanced(by: time)
    }
}
