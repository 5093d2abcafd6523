import FareDomain
import FarePorts

/// What the results of the steps towards a ticket mean.
extension Saga {
    mutating func repriced(_ index: Int, _ result: StepResult) {
        switch result {
        case .repriced(let offer, let stillCheapest):
            let attempt = attempts[index]
            let before = attempt.offer.total
            guard offer.total.currency == attempt.limit.currency else {
                return fail(index, .error, .reprice, "the fare is now in \(offer.total.currency)")
            }
            attempts[index].offer = offer
            attempts[index].repriced = true
            if !attempt.allows(offer.total) {
                fail(index, .fareChanged, .reprice, "\(before) became \(offer.total), more than was accepted")
            } else if !stillCheapest {
                fail(index, .fareChanged, .reprice, "\(before) became \(offer.total), and another is cheaper")
            }
        case .failed(let failure), .unknown(let failure):
            fail(index, failure, .reprice)
        default: break
        }
    }

    mutating func held(_ index: Int, _ result: StepResult, at now: Timestamp) {
        switch result {
        case .order(let order):
            attempts[index].order = order
            attempts[index].hold = order.state == .cancelled ? .gone : .live
            attempts[index].confirmBy = now.advanced(by: terms.policy.holdFor)
            checkHeld(order, index)
        case .failed(let failure):
            attempts[index].hold = .gone
            fail(index, failure, .hold)
        case .unknown(let failure):
            // A hold is no ticket: the next candidate may be tried at once, and this one is looked for afterwards.
            attempts[index].hold = .unknown
            attempts[index].holdSearch = unanswered(at: now)
            fail(index, .unknown, .hold, failure.detail)
        default: break
        }
    }

    /// Before anything is paid: an order that is not what was asked for is given back.
    private mutating func checkHeld(_ order: ProviderOrder, _ index: Int) {
        if order.state != .held {
            needsAttention = needsAttention || order.state == .ticketed
            fail(index, .error, .hold, "the order came back \(order.state.rawValue)")
        } else if order.total.currency != attempts[index].limit.currency {
            fail(index, .error, .hold, "the order is in \(order.total.currency)")
        } else if !attempts[index].allows(order.total) {
            fail(index, .fareChanged, .hold, "the order came to \(order.total), more than was accepted")
        }
    }

    mutating func authorized(_ index: Int, _ result: StepResult, at now: Timestamp) {
        switch result {
        case .payment(let payment):
            attempts[index].moneyDoubt = nil
            authorized(index, payment, at: now)
        case .failed(let failure) where failure.reason == .notSent:
            pause(.authorize, index, at: now, answered: false)
            guard attempts[index].money == .none, attempts[index].failure == nil else { return }
            if attempts[index][.authorize].count >= terms.policy.unsentTries {
                stop(index, .error, failure.detail)
            }
        case .failed(let failure):
            let declined = failure.outcome == .declined
            // An earlier call may have been heard. That this one was refused says little about it.
            if attempts[index].money == .unknown, !declined { return doubtMoney(.authorize, index, result, at: now) }
            attempts[index].money = .refused
            attempts[index].moneyDoubt = nil
            stop(index, declined ? .declined : .error, failure.detail)
        case .unknown:
            attempts[index].money = .unknown
            doubtMoney(.authorize, index, result, at: now)
        default: break
        }
    }

    private mutating func authorized(_ index: Int, _ payment: Payment, at now: Timestamp) {
        attempts[index].payment = payment
        switch payment.state {
        case .authorized:
            attempts[index].money = .authorized
            if let reserved = attempts[index].reserved, payment.amount != reserved {
                stop(index, .error, "\(payment.amount) authorized in place of \(reserved)")
            }
        case .actionRequired:
            // It exists at the gateway and must be let go, as an authorized one.
            attempts[index].money = .authorized
            stop(index, .declined, "the card's bank wants its holder to act", needsAction: true)
        case .declined:
            attempts[index].money = .refused
            stop(index, .declined, "declined")
        case .voided, .refunded:
            attempts[index].money = .voided
            stop(index, .error, "the payment is \(payment.state.rawValue)")
        case .processing:
            attempts[index].money = .unknown
            pause(.lookup, index, at: now, answered: false)
        case .captured:
            // Nothing of ours captures before there is a ticket: it is given back, and people must look.
            owe(index, payment.captured)
            stop(index, .error, "the payment is captured before there is a ticket")
        }
    }

    /// The first word on a ticketing call.
    mutating func ticketed(_ command: Command, _ result: StepResult, at now: Timestamp) {
        let index = command.attempt
        switch result {
        case .order(let order) where order.state == .ticketed:
            attempts[index].order = keeping(order, index)
            attempts[index].ticket = .ticketed
        case .order(let order):
            attempts[index].order = keeping(order, index)
            doubt(command, "the order is \(order.state.rawValue)", at: now)
        case .failed(let failure):
            attempts[index].ticket = .refuted
            if failure.reason == .expired { attempts[index].hold = .gone }
            fail(index, failure, command.step)
            // Some providers forget a hold that ran out.
            if command.step == .confirm, failure.reason == .notFound { attempts[index].failure?.isExpired = true }
        case .unknown(let failure): doubt(command, failure.detail, at: now)
        default: break
        }
    }

    private mutating func doubt(_ command: Command, _ cause: String, at now: Timestamp) {
        let index = command.attempt
        attempts[index].ticket = .unknown
        attempts[index].settling = Attempt.Settling(
            stage: attempts[index].order == nil ? .find : .ask, notFound: unanswered(at: now),
            cause: cause)
    }

    /// The order as it is now, with what only an earlier answer said.
    func keeping(_ order: ProviderOrder, _ index: Int) -> ProviderOrder {
        guard let known = attempts[index].order else { return order }
        var order = order
        order.ticketBy = order.ticketBy ?? known.ticketBy
        if order.payload.isEmpty { order.payload = known.payload }
        return order
    }

    mutating func fail(_ index: Int, _ outcome: Attempt.Outcome, _ step: Step, _ detail: String) {
        guard attempts[index].failure == nil else { return }
        attempts[index].failure = Attempt.Failure(outcome: outcome, step: step, detail: detail)
    }

    private mutating func fail(_ index: Int, _ failure: StepFailure, _ step: Step) {
        fail(index, failure.outcome, step, failure.detail)
        if failure.reason == .expired { attempts[index].failure?.isExpired = true }
    }

    /// The money can't be had: no further candidate is tried.
    private mutating func stop(
        _ index: Int, _ outcome: Attempt.Outcome, _ detail: String, needsAction: Bool = false
    ) {
        stopped = true
        guard attempts[index].failure == nil else { return }
        attempts[index].failure = Attempt.Failure(
            outcome: outcome, step: .authorize, detail: detail, needsAction: needsAction)
    }
}

extension StepFailure {
    /// What the receipt calls it.
    var outcome: Attempt.Outcome {
        switch reason {
        case .soldOut, .expired: .soldOut
        case .fareChanged: .fareChanged
        case .declined: .declined
        default: .error
        }
    }
}
