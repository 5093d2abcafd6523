import FareDomain
import FarePorts

/// Calls to the gateway whose outcome is not known: sent again under the same key, then looked up, and sent under a new
/// key only when it is certain that nothing came of the old one.
extension Saga {
    /// The same is sent under the same key so often before it is looked up instead: a gateway may keep a failure under
    /// a key, and then says the same for ever.
    private static let resends = 3
    /// A gateway need not remember a key for more than 24 hours: past this nothing is sent under it again.
    private static let keyLife = Duration.seconds(23 * 3600)
    private static let longestFollowPause = Duration.seconds(600)
    /// Three days of them.
    private static let followsBeforeAttention = 450

    /// The step itself, or looking up what became of it.
    func moneyStep(_ step: Step, _ index: Int, at now: Timestamp) -> Step {
        let attempt = attempts[index]
        if step == .refund, attempt.refund?.state == .pending { return .follow }
        // It exists, and the gateway is still at it.
        if step == .authorize, attempt.money == .unknown, attempt.payment != nil { return .lookup }
        if let doubt = attempt.moneyDoubt, doubt.step == step, doubt.sent >= Self.resends { return .lookup }
        return isKeyOld(step, index, at: now) ? .lookup : step
    }

    private func isKeyOld(_ step: Step, _ index: Int, at now: Timestamp) -> Bool {
        guard let firstAt = attempts[index][step].firstAt else { return false }
        return firstAt.advanced(by: Self.keyLife) <= now
    }

    mutating func doubtMoney(_ step: Step, _ index: Int, _ result: StepResult, at now: Timestamp) {
        let earlier = attempts[index].moneyDoubt.flatMap { $0.step == step ? $0 : nil }
        var doubt = Attempt.MoneyDoubt(
            step: step, sent: 1 + (earlier?.sent ?? 0), isStored: earlier?.isStored,
            notFound: unanswered(at: now, after: earlier?.notFound))
        if case .unknown(let failure) = result, failure.reason == .stored {
            doubt.isStored = true
            doubt.sent = Self.resends
        }
        attempts[index].moneyDoubt = doubt
        pause(step, index, at: now, answered: false)
    }

    /// What looking up said.
    mutating func lookedUp(_ index: Int, _ result: StepResult, at now: Timestamp) {
        guard let wanted = attempts[index].wantedMoneyStep else { return }
        switch (wanted, result) {
        case (_, .failed(let failure)) where failure.reason == .notFound:
            noSuchMoney(wanted, index, at: now)
        case (_, .failed), (_, .unknown): pause(.lookup, index, at: now, answered: false)
        case (.refund, .payment(let payment)):
            attempts[index].payment = payment
            noSuchMoney(.refund, index, at: now)
        case (.authorize, _):
            authorized(index, result, at: now)
            if attempts[index].money == .unknown { pause(.lookup, index, at: now, answered: false) }
        case (.capture, _): captured(index, result, at: now)
        case (.void, _): voided(index, result, at: now)
        default: refunded(index, result, at: now)
        }
    }

    private mutating func noSuchMoney(_ wanted: Step, _ index: Int, at now: Timestamp) {
        if wanted == .void {
            attempts[index].money = .voided
            return
        }
        guard wanted != .capture else {
            needsAttention = true
            return pause(.lookup, index, at: now, answered: false)
        }
        var doubt =
            attempts[index].moneyDoubt
            ?? Attempt.MoneyDoubt(step: wanted, sent: Self.resends, notFound: unanswered(at: now))
        let proven = doubt.notFound.note(asked: begunAt ?? now, quarantine: terms.policy.quarantine)
        attempts[index].moneyDoubt = doubt
        guard proven else { return askAgain(.lookup, index, doubt.notFound, at: now) }
        // Under the same key it can't be done twice, however late the first call is heard. A new one is only for where
        // the old can't be used any more.
        let isSpent = doubt.isStored == true || isKeyOld(wanted, index, at: now)
        attempts[index].moneyDoubt = nil
        if isSpent { attempts[index].renumber(wanted) }
        if wanted == .authorize {
            attempts[index].money = .none
            attempts[index].payment = nil
        } else {
            heedRefundsOfOthers(index)
        }
    }

    /// No refund of ours is at the gateway. What somebody else gave back is not given back again.
    private mutating func heedRefundsOfOthers(_ index: Int) {
        guard let payment = attempts[index].payment, let due = attempts[index].refundDue else { return }
        attempts[index].refundedByOthers = payment.refunded.minorUnits > 0 ? payment.refunded : nil
        guard attempts[index].refundedByOthers != nil else { return }
        needsAttention = true
        if payment.refunded.minorUnits >= due.minorUnits { attempts[index].money = .refunded }
    }

    // MARK: Results

    mutating func captured(_ index: Int, _ result: StepResult, at now: Timestamp) {
        switch result {
        case .payment(let payment) where payment.state == .captured || payment.state == .refunded:
            attempts[index].payment = payment
            attempts[index].money = .captured
            attempts[index].moneyDoubt = nil
            if payment.state == .refunded { needsAttention = true }
            if let order = attempts[index].order, attempts[index].payable(order.total) != payment.captured {
                needsAttention = true
            }
        case .payment(let payment) where payment.state == .voided || payment.state == .declined:
            // The authorization ended. Without money there must be no ticket.
            attempts[index].payment = payment
            attempts[index].money = .voided
            attempts[index].moneyDoubt = nil
            needsAttention = true
        case .payment(let payment):
            attempts[index].payment = payment
            answered(.capture, index, at: now)
        case .failed(let failure) where failure.reason == .notSent: pause(.capture, index, at: now, answered: false)
        case .failed: answered(.capture, index, at: now)
        default: doubtMoney(.capture, index, result, at: now)
        }
    }

    mutating func voided(_ index: Int, _ result: StepResult, at now: Timestamp) {
        switch result {
        case .payment(let payment) where payment.state == .captured:
            // A capture was heard after all. What no ticket is for is given back.
            attempts[index].payment = payment
            owe(index, payment.captured)
        case .payment(let payment)
        where payment.state == .voided || payment.state == .declined || payment.state == .refunded:
            attempts[index].payment = payment
            attempts[index].money = .voided
            attempts[index].moneyDoubt = nil
        case .payment(let payment):
            attempts[index].payment = payment
            answered(.void, index, at: now)
        case .failed(let failure) where failure.reason == .notFound: attempts[index].money = .voided
        case .failed(let failure) where failure.reason == .notSent: pause(.void, index, at: now, answered: false)
        case .failed: answered(.void, index, at: now)
        default: doubtMoney(.void, index, result, at: now)
        }
    }

    /// Captured money that no ticket is for.
    mutating func owe(_ index: Int, _ amount: Money) {
        attempts[index].money = .captured
        attempts[index].moneyDoubt = nil
        attempts[index].refundDue = amount
        needsAttention = true
    }

    /// What refunding, or asking after a refund, said. One that failed is asked for anew; one that is pending is
    /// followed.
    mutating func refunded(_ index: Int, _ result: StepResult, at now: Timestamp) {
        switch result {
        case .refund(let refund):
            attempts[index].refund = refund
            attempts[index].moneyDoubt = nil
            refunded(index, refund, at: now)
        case .payment(let payment):
            // In no state for it: perhaps refunded by a call of ours that had no answer. Our refund is looked for.
            attempts[index].payment = payment
            attempts[index].moneyDoubt = Attempt.MoneyDoubt(
                step: .refund, sent: Self.resends, notFound: unanswered(at: now))
        case .failed(let failure) where failure.reason == .notSent: pause(.refund, index, at: now, answered: false)
        // An earlier call may be heard yet: a refusal of this one does not say that it won't.
        case .failed where attempts[index].moneyDoubt != nil: doubtMoney(.refund, index, result, at: now)
        case .failed(let failure) where failure.reason == .refused:
            // Perhaps it is more than is left.
            answered(.refund, index, at: now)
            lookBeforeRefund(index, at: now)
        case .failed: answered(.refund, index, at: now)
        default: doubtMoney(.refund, index, result, at: now)
        }
    }

    private mutating func refunded(_ index: Int, _ refund: Refund, at now: Timestamp) {
        switch refund.state {
        case .succeeded:
            attempts[index].money = .refunded
            attempts[index].payment?.state = .refunded
            let others = attempts[index].refundedByOthers ?? .zero(refund.amount.currency)
            attempts[index].payment?.refunded = (try? refund.amount.adding(others)) ?? refund.amount
        case .pending: followLater(index, at: now)
        case .failed:
            needsAttention = true
            answered(.refund, index, at: now)
            lookBeforeRefund(index, at: now)
        }
    }

    /// Before a refund is asked for anew the payment is looked at: somebody who was told may have given it back by hand. No
    /// call is out that could be heard late.
    mutating func lookBeforeRefund(_ index: Int, at now: Timestamp) {
        let long = now.advanced(by: .zero - terms.policy.quarantine)
        attempts[index].moneyDoubt = Attempt.MoneyDoubt(
            step: .refund, sent: Self.resends, notFound: Attempt.NotFound(callEndedAt: long, sentBy: sentBy))
        attempts[index][.lookup].notBefore = attempts[index][.refund].notBefore
    }

    mutating func followed(_ index: Int, _ result: StepResult, at now: Timestamp) {
        if case .refund = result { return refunded(index, result, at: now) }
        followLater(index, at: now)
    }

    /// A bank may take days. After some people are told.
    private mutating func followLater(_ index: Int, at now: Timestamp) {
        attempts[index][.follow].count += 1
        if attempts[index][.follow].count >= Self.followsBeforeAttention { needsAttention = true }
        let longer = terms.policy.firstPause * (1 << min(attempts[index][.follow].count, 16))
        attempts[index][.follow].notBefore = now.advanced(by: min(longer, Self.longestFollowPause))
    }

    /// A definite answer, and not what was wanted: the next call comes under a new key.
    private mutating func answered(_ step: Step, _ index: Int, at now: Timestamp) {
        attempts[index].moneyDoubt = nil
        pause(step, index, at: now, answered: true)
        pauseLonger(step, index, at: now)
    }
}

extension Attempt {
    /// What the money wants done next, whatever became of earlier calls.
    var wantedMoneyStep: Step? {
        switch money {
        case .unknown: .authorize
        case .authorized where ticket == .ticketed: .capture
        case .authorized where failure != nil && ticket != .unknown: .void
        case .captured where owesRefund && ticket != .ticketed: .refund
        default: nil
        }
    }

    /// The next call of a step comes under a new key.
    mutating func renumber(_ step: Step) {
        self[step].number += 1
        self[step].firstAt = nil
    }
}
