public import FareDomain
import FarePorts

/// The events, each of which changes facts and nothing else.
extension Saga {
    /// Opens an attempt with a candidate.
    public mutating func open(_ offer: ProviderOffer, id: OfferID, limit: Money, at now: Timestamp) {
        attempts.append(Attempt(number: attempts.count + 1, offerID: id, offer: offer, limit: limit))
        updatedAt = now
    }

    /// There is no further candidate.
    public mutating func exhaust(at now: Timestamp) {
        exhausted = true
        forgetToken()
        updatedAt = now
    }

    /// Gives the open attempt up, where no call for it is out.
    public mutating func giveUp(_ failure: Attempt.Failure, at now: Timestamp) {
        guard let index = openIndex, attempts[index].ticket == .none else { return }
        attempts[index].failure = failure
        updatedAt = now
    }

    /// Turns to undoing: the deadline passed, or the booking is taken over from whoever left it.
    public mutating func turnBack(_ reason: String, at now: Timestamp) {
        guard direction == .booking else { return }
        direction = .undoing
        guard let index = openIndex, attempts[index].ticket == .none else { return }
        attempts[index].failure = Attempt.Failure(outcome: .error, step: lastStep(of: index), detail: reason)
        updatedAt = now
    }

    /// A step is about to be called.
    public mutating func begin(_ command: Command, at now: Timestamp) {
        inFlight = command
        updatedAt = now
    }

    /// A step's call ended.
    public mutating func finish(_ command: Command, with result: StepResult, at now: Timestamp) {
        inFlight = nil
        updatedAt = now
        let index = command.attempt
        if attempts[index].ticket == .unknown {
            settled(command, result, at: now)
        } else {
            switch command.step {
            case .reprice: repriced(index, result)
            case .hold: held(index, result, at: now)
            case .authorize: authorized(index, result, at: now)
            case .confirm, .order: ticketed(command, result, at: now)
            case .capture: captured(index, result, at: now)
            case .void: voided(index, result, at: now)
            case .release: released(index, result, at: now)
            case .find: foundLostHold(index, result, at: now)
            case .status: break  // Only asked while a ticketing step is unknown.
            }
        }
        if attempts[index].failure != nil || attempts[index].ticket == .ticketed { forgetTokenIfDone() }
    }

    private func lastStep(of index: Int) -> Step {
        let attempt = attempts[index]
        if attempt.money != .none { return .authorize }
        return attempt.hold == .none ? .reprice : .hold
    }

    /// Pauses before the next try of a step; `answered` says that the peer gave a definite answer, so that a new key is
    /// needed for it to think again.
    mutating func pause(_ step: Step, _ index: Int, at now: Timestamp, answered: Bool) {
        attempts[index][step].count += 1
        let count = attempts[index][step].count
        attempts[index][step].notBefore = now.advanced(by: terms.policy.pause(after: count))
        if answered { attempts[index][step].number += 1 }
        if count >= terms.policy.attentionAfter { needsAttention = true }
    }

    /// The token is only needed to authorize.
    private mutating func forgetTokenIfDone() {
        let moneyIsUnknown = attempts.contains { $0.money == .unknown }
        let mayAuthorize = direction == .booking && !stopped && !exhausted && ticketing == nil
        if !moneyIsUnknown, !mayAuthorize { forgetToken() }
    }

    private mutating func forgetToken() {
        guard !attempts.contains(where: { $0.money == .unknown }), openIndex == nil else { return }
        terms.paymentToken = ""
    }
}
