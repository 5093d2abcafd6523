import FareDomain
import FarePorts

/// The events, each of which changes facts and nothing else.
extension Saga {
    /// Opens an attempt with a candidate.
    ///
    /// - Parameters:
    ///   - quarantine: the provider's own, where it has one.
    ///   - amountStep: what amounts at the gateway are multiples of, in minor units; any where nil.
    mutating func open(
        _ offer: ProviderOffer, id: OfferID, limit: Money, quarantine: Duration? = nil, amountStep: Int64? = nil,
        at now: Timestamp
    ) {
        attempts.append(
            Attempt(
                number: attempts.count + 1, offerID: id, offer: offer, limit: limit, quarantine: quarantine,
                amountStep: amountStep))
        changed(at: now)
    }

    /// The open attempt would book the same trip a second time, which nobody allowed: it is given up before any call
    /// that changes something, and no other candidate is tried.
    mutating func refuseDuplicate(of booking: BookingID?, at now: Timestamp) {
        inFlight = nil
        stopped = true
        duplicateOf = booking
        if let index = openIndex {
            attempts[index].failure = Attempt.Failure(
                outcome: .skipped, step: attempts[index].offer.holdable ? .hold : .authorize,
                detail: "the same trip is booked already")
        }
        changed(at: now)
    }

    /// There is no further candidate.
    mutating func exhaust(at now: Timestamp) {
        exhausted = true
        changed(at: now)
    }

    /// Gives the open attempt up, where no call for it is out.
    mutating func giveUp(_ failure: Attempt.Failure, at now: Timestamp) {
        guard let index = openIndex, attempts[index].ticket == .none else { return }
        attempts[index].failure = failure
        changed(at: now)
    }

    /// Turns to undoing: the deadline passed, or the booking is taken over from whoever left it.
    mutating func turnBack(_ reason: String, at now: Timestamp) {
        guard direction == .booking else { return }
        direction = .undoing
        if let index = openIndex, attempts[index].ticket == .none {
            fail(index, .error, lastStep(of: index), reason)
        }
        changed(at: now)
    }

    /// Takes the booking over from whoever left it. What was intended and has no result may have happened.
    ///
    /// When an earlier call ended is not known for certain, by whatever civil clock that was written down: only by when
    /// it was sent can be.
    ///
    /// - Parameter left: how long a call can yet have an effect.
    mutating func takeOver(at now: Timestamp, left: (CallInDoubt) -> Duration) {
        if let command = inFlight {
            finish(command, with: .unknown(StepFailure(.unclear, "left unfinished")), at: now)
        }
        for index in attempts.indices {
            let provider = attempts[index].offer.provider
            attempts[index].askAnew(at: now) { sentBy, isMoney in
                now.advanced(by: left(CallInDoubt(provider: isMoney ? nil : provider, sentBy: sentBy)))
            }
        }
        for index in cancellations?.indices ?? 0..<0 {
            guard let cancellation = cancellations?[index], let doubt = cancellation.doubt else { continue }
            let provider = attempts[cancellation.attempt].offer.provider
            let call = CallInDoubt(provider: provider, sentBy: doubt.sentBy)
            cancellations?[index].doubt?.restart(at: now.advanced(by: left(call)))
        }
        turnBack("left unfinished", at: now)
    }

    /// The call that just ended, without an answer that can be relied on.
    ///
    /// - Parameter earlier: another one of the same step, that a former owner made. It may be heard later than this one.
    func unanswered(at now: Timestamp, after earlier: Attempt.NotFound? = nil) -> Attempt.NotFound {
        Attempt.NotFound(callEndedAt: max(now, earlier?.callEndedAt ?? now), sentBy: sentBy)
    }

    /// A step is about to be called.
    ///
    /// - Parameter sentBy: when it can be sent at the latest, for whoever takes the booking over.
    mutating func begin(_ command: Command, sentBy: SentBy? = nil, at now: Timestamp) {
        self.sentBy = sentBy
        let index = command.attempt
        if command.step == .authorize, attempts[index].reserved == nil {
            attempts[index].reserved = attempts[index].charge
        }
        if command.step.isMoney, !command.step.isRead, attempts[index][command.step].firstAt == nil {
            attempts[index][command.step].firstAt = now
        }
        inFlight = command
        begunAt = now
        changed(at: now)
    }

    /// A step's call ended.
    mutating func finish(_ command: Command, with result: StepResult, at now: Timestamp) {
        inFlight = nil
        let index = command.attempt
        if attempts[index].ticket == .unknown {
            heardInDoubt(command, result, at: now)
        } else if let running = cancellingIndex, command.step == .cancel, attempts[index].ticket == .ticketed {
            cancelledOnRequest(index, running, result, at: now)
        } else if let running = cancellingIndex, command.step == .status, attempts[index].ticket == .ticketed {
            askedWhetherCancelled(index, running, result, at: now)
        } else {
            switch command.step {
            case .reprice: repriced(index, result)
            case .hold: held(index, result, at: now)
            case .authorize: authorized(index, result, at: now)
            case .confirm, .order: ticketed(command, result, at: now)
            case .capture: captured(index, result, at: now)
            case .void: voided(index, result, at: now)
            case .release: released(index, result, at: now)
            case .status: askedWhyHeld(index, result, at: now)
            case .cancel: cancelled(index, result, at: now)
            case .find: foundLostHold(index, result, at: now)
            case .refund: refunded(index, result, at: now)
            case .lookup: lookedUp(index, result, at: now)
            case .follow: followed(index, result, at: now)
            }
        }
        changed(at: now)
    }

    /// After every event: the token of the means of payment is kept only while it may be needed to authorize.
    mutating func changed(at now: Timestamp) {
        updatedAt = now
        concludeCancellation()
        let isTicketed = attempts.contains { $0.ticket == .ticketed }
        let mayAuthorize = direction == .booking && !stopped && !exhausted && !isTicketed
        if !mayAuthorize, !attempts.contains(where: { $0.money == .unknown }) { terms.paymentToken = "" }
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
        if answered { attempts[index].renumber(step) }
        if count >= terms.policy.attentionAfter { needsAttention = true }
    }
}

extension Attempt {
    /// - Parameter over: when a call is over for certain that was sent by then, to the provider or the gateway.
    fileprivate mutating func askAnew(at now: Timestamp, over: (_ sentBy: SentBy?, _ isMoney: Bool) -> Timestamp) {
        if let known = settling {
            settling?.notFound.restart(at: over(known.notFound.sentBy, false))
            if known.releaseEndedAt != nil { settling?.releaseEndedAt = over(known.releaseSentBy, false) }
        }
        if let search = holdSearch, hold == .unknown { holdSearch?.restart(at: over(search.sentBy, false)) }
        if let doubt = moneyDoubt { moneyDoubt?.notFound.restart(at: over(doubt.notFound.sentBy, true)) }
        // By another clock. But what was refused or sent back over and over is not begun anew.
        let longest = now.advanced(by: Saga.longestRefusalPause)
        for step in tries.keys {
            let isRefund = step == Step.refund.rawValue
            let isLookFirst = step == Step.lookup.rawValue && moneyDoubt?.step == .refund
            let kept = isRefund || isLookFirst ? tries[step]?.notBefore : nil
            tries[step]?.notBefore = kept.map { min($0, longest) }
        }
    }
}

extension Attempt.NotFound {
    fileprivate mutating func restart(at ended: Timestamp) { (callEndedAt, count) = (ended, 0) }
}
