import FareDomain
import FarePorts

/// What the results of the steps towards a ticket mean.
extension Saga {
    mutating func repriced(_ index: Int, _ result: StepResult) {
        switch result {
        case .repriced(let offer, let stillCheapest):
            guard offer.total.currency == attempts[index].limit.currency else {
                return fail(index, .error, .reprice, "the fare is now in \(offer.total.currency)")
            }
            let before = attempts[index].offer.total
            attempts[index].offer = offer
            attempts[index].repriced = true
            if offer.total.minorUnits > attempts[index].limit.minorUnits {
                fail(index, .fareChanged, .reprice, "\(before) became \(offer.total), more than was accepted")
            } else if !stillCheapest {
                fail(index, .fareChanged, .reprice, "\(before) became \(offer.total), and another is cheaper")
            }
        case .failed(let failure), .unknown(let failure):
            fail(index, failure.outcome, .reprice, failure.detail)
        default: break
        }
    }

    mutating func held(_ index: Int, _ result: StepResult, at now: Timestamp) {
        switch result {
        case .order(var order):
            let ours = now.advanced(by: terms.policy.holdFor)
            order.ticketBy = min(order.ticketBy ?? ours, ours)
            attempts[index].order = order
            attempts[index].hold = .live
            checkTotal(of: order, index)
        case .failed(let failure):
            attempts[index].hold = .gone
            fail(index, failure.outcome, .hold, failure.detail)
        case .unknown(let failure):
            // A hold is no ticket: the next candidate may be tried at once, while this one is looked for.
            attempts[index].hold = .unknown
            attempts[index].holdSearch.callEndedAt = now
            fail(index, .unknown, .hold, failure.detail)
        default: break
        }
    }

    /// Before anything is paid: an order that came back dearer than accepted is given back.
    private mutating func checkTotal(of order: ProviderOrder, _ index: Int) {
        let limit = attempts[index].limit
        if order.total.currency != limit.currency {
            fail(index, .error, .hold, "the order is in \(order.total.currency)")
        } else if order.total.minorUnits > limit.minorUnits {
            fail(index, .fareChanged, .hold, "the order came to \(order.total), more than was accepted")
        }
    }

    mutating func authorized(_ index: Int, _ result: StepResult, at now: Timestamp) {
        switch result {
        case .payment(let payment): authorized(index, payment, at: now)
        case .failed(let failure) where failure.reason == .notSent:
            pause(.authorize, index, at: now, answered: false)
            guard attempts[index].money == .none, attempts[index].failure == nil else { return }
            if attempts[index][.authorize].count >= terms.policy.unsentTries {
                stop(index, .error, .authorize, failure.detail)
            }
        case .failed(let failure):
            attempts[index].money = .refused
            let declined = failure.reason == .declined || failure.reason == .actionRequired
            stop(
                index, declined ? .declined : .error, .authorize, failure.detail,
                needsAction: failure.reason == .actionRequired)
        case .unknown:
            attempts[index].money = .unknown
            pause(.authorize, index, at: now, answered: false)
        default: break
        }
    }

    private mutating func authorized(_ index: Int, _ payment: Payment, at now: Timestamp) {
        attempts[index].payment = payment
        switch payment.state {
        case .authorized: attempts[index].money = .authorized
        case .actionRequired:
            // It exists at the gateway and must be let go, as an authorized one.
            attempts[index].money = .authorized
            stop(index, .declined, .authorize, "the card's bank wants its holder to act", needsAction: true)
        case .declined:
            attempts[index].money = .refused
            stop(index, .declined, .authorize, "declined")
        case .voided:
            attempts[index].money = .voided
            stop(index, .error, .authorize, "the authorization was voided")
        case .processing:
            attempts[index].money = .unknown
            pause(.authorize, index, at: now, answered: false)
        case .captured, .refunded:
            // Nothing of ours captures before a ticket. People must look; it is not undone by guessing.
            attempts[index].money = .captured
            needsAttention = true
            stop(index, .error, .authorize, "the payment is \(payment.state.rawValue) before there is a ticket")
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
            if failure.reason == .expired || failure.reason == .notFound { attempts[index].hold = .gone }
            fail(index, failure.outcome, command.step, failure.detail)
        case .unknown(let failure): doubt(command, failure.detail, at: now)
        default: break
        }
    }

    private mutating func doubt(_ command: Command, _ cause: String, at now: Timestamp) {
        let index = command.attempt
        attempts[index].ticket = .unknown
        var settling = Attempt.Settling(stage: attempts[index].order == nil ? .find : .ask, cause: cause)
        settling.notFound.callEndedAt = now
        attempts[index].settling = settling
        // A second confirmation is another call, with a number of its own.
        attempts[index][command.step].number += 1
    }

    /// The order as it is now, with the limit that our hold set and what only an earlier answer said.
    func keeping(_ order: ProviderOrder, _ index: Int) -> ProviderOrder {
        guard let known = attempts[index].order else { return order }
        var order = order
        order.ticketBy = known.ticketBy ?? order.ticketBy
        if order.payload.isEmpty { order.payload = known.payload }
        return order
    }

    mutating func fail(_ index: Int, _ outcome: Attempt.Outcome, _ step: Step, _ detail: String) {
        guard attempts[index].failure == nil else { return }
        attempts[index].failure = Attempt.Failure(outcome: outcome, step: step, detail: detail)
    }

    private mutating func stop(
        _ index: Int, _ outcome: Attempt.Outcome, _ step: Step, _ detail: String, needsAction: Bool = false
    ) {
        stopped = true
        guard attempts[index].failure == nil else { return }
        attempts[index].failure = Attempt.Failure(
            outcome: outcome, step: step, detail: detail, needsAction: needsAction)
    }
}

extension StepFailure {
    /// What the receipt calls it.
    var outcome: Attempt.Outcome {
        switch reason {
        case .soldOut, .expired: .soldOut
        case .fareChanged: .fareChanged
        case .declined, .actionRequired: .declined
        default: .error
        }
    }
}
