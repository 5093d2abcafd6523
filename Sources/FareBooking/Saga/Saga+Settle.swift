import FareDomain
import FarePorts

/// What is learned about a ticketing call whose outcome is not known.
extension Saga {
    /// A result while the ticket is in doubt: of asking, of finding, of confirming again, or of the release that
    /// proves.
    mutating func heardInDoubt(_ command: Command, _ result: StepResult, at now: Timestamp) {
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
        case .order(let order): learned(order, index, at: now)
        case .found(let orders):
            switch ours(among: orders, index) {
            case .one(let order): learned(order, index, at: now)
            case .none: notFound(command, at: now)
            case .unclear: pause(command.step, index, at: now, answered: false)
            }
        // Of an order by its id. A look-up that can't be made is no answer.
        case .failed(let failure) where failure.reason == .notFound && command.step == .status:
            notFound(command, at: now)
        case .failed(let failure) where failure.reason == .notSupported:
            // Nobody can be asked. People must look: assuming either way could lose a ticket or its price.
            needsAttention = true
            pause(command.step, index, at: now, answered: false)
        default: pause(command.step, index, at: now, answered: false)
        }
    }

    private mutating func learned(_ order: ProviderOrder, _ index: Int, at now: Timestamp) {
        if attempts[index].order == nil { attempts[index].foundAfter = attempts[index].settling?.notFound.callEndedAt }
        attempts[index].order = keeping(order, index)
        switch order.state {
        case .ticketed:
            if let ended = attempts[index].settling?.releaseEndedAt {
                let certain = ended.advanced(by: quarantine(of: index))
                guard (begunAt ?? now) >= certain else {
                    attempts[index].settling?.stage = .ask
                    attempts[index][.status].notBefore = certain
                    return
                }
            }
            attempts[index].ticket = .ticketed
            attempts[index].settling = nil
        case .cancelled:
            attempts[index].hold = .gone
            refute(index)
        case .held:
            attempts[index].hold = .live
            attempts[index].settling?.stage = .held
            attempts[index].settling?.notFound.count = 0
            // A definite answer: what follows is a confirmation of its own.
            if attempts[index].offer.holdable { attempts[index][.confirm].number = 2 }
        }
    }

    private mutating func notFound(_ command: Command, at now: Timestamp) {
        let index = command.attempt
        guard var settling = attempts[index].settling else { return }
        let proven = settling.notFound.note(asked: begunAt ?? now, quarantine: quarantine(of: index))
        attempts[index].settling = settling
        if proven {
            attempts[index].hold = .gone
            attempts[index].vanishedAt = settling.notFound.callEndedAt
            return refute(index)
        }
        askAgain(command.step, index, settling.notFound, at: now)
    }

    /// One "not found" is asked about again soon; a later one counts only after the quarantine, so no use in asking
    /// before.
    mutating func askAgain(_ step: Step, _ index: Int, _ notFound: Attempt.NotFound, at now: Timestamp) {
        pause(step, index, at: now, answered: false)
        guard notFound.count > 1 else { return }
        let quarantine = step.isMoney ? terms.policy.quarantine : quarantine(of: index)
        let quarantineEnds = notFound.callEndedAt.advanced(by: quarantine)
        attempts[index][step].notBefore = max(attempts[index][step].notBefore ?? now, quarantineEnds)
    }

    /// How long after a call "not found" becomes proof, at an attempt's provider.
    func quarantine(of index: Int) -> Duration { attempts[index].quarantine ?? terms.policy.quarantine }

    private mutating func confirmedAgain(_ index: Int, _ result: StepResult, at now: Timestamp) {
        let doubt = unanswered(at: now)
        attempts[index].settling?.confirmedAgain = true
        attempts[index].settling?.notFound = doubt
        switch result {
        case .order(let order): learned(order, index, at: now)
        case .failed: break  // Still held, as far as is known: released next.
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
            if case .unknown = result {
                let earlier = attempts[index].settling?.releaseEndedAt ?? now
                attempts[index].settling?.releaseEndedAt = max(now, earlier)
                attempts[index].settling?.releaseSentBy = sentBy
            }
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

    /// Which of the orders that a look-up found is an attempt's.
    enum Match {
        case one(ProviderOrder)
        case none
        /// Like ours, and it can't be told which is: none of them may be touched.
        case unclear
    }

    /// Ours is what has our reference; or else the one order without a reference that no other attempt is known to have
    /// made, and that is what this attempt's call makes: a ticket of an instant order, a hold of a hold. What merely
    /// looks like ours may be another attempt's lost hold, so it is neither touched nor taken for "not found".
    mutating func ours(among orders: [ProviderOrder], _ index: Int) -> Match {
        let own = orders.filter { $0.reference == reference(of: attempts[index]) }
        if own.filter({ $0.state != .cancelled }).count > 1 { needsAttention = true }
        for state in [ProviderOrder.State.ticketed, .held, .cancelled] {
            if let order = own.first(where: { $0.state == state }) { return .one(order) }
        }
        let claimed = Set(attempts.indices.filter { $0 != index }.compactMap { attempts[$0].order?.id })
        let alike = orders.filter { $0.reference == nil && $0.state != .cancelled && !claimed.contains($0.id) }
        let isInstant = !attempts[index].offer.holdable
        let likely = alike.filter { $0.state == (isInstant ? .ticketed : .held) }
        if likely.count == 1 { return .one(likely[0]) }
        if likely.isEmpty, alike.isEmpty || !isInstant { return .none }
        needsAttention = true
        return .unclear
    }
}
