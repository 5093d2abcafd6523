import FareDomain
import FarePorts
import Resilience

/// Makes the calls of a saga's steps, and puts the answers into its words.
struct StepCaller: Sendable {
    let providers: [ProviderID: any FareProvider]
    let rules: [ProviderID: ProviderRules]
    let gateway: any PaymentGateway
    let gatewayLongestCall: Duration
    let clock: any MonotonicClock & WallClock
    let claims: OrderClaims

    /// Providers and the gateway have timeouts of their own, which are shorter; this only bounds what they may forget.
    private let longestCall = Duration.seconds(60)
    /// Of the time until the caller's deadline, what repricing or holding one candidate may take, and never less than.
    private let candidateShare = 0.3
    private let leastShare = Duration.seconds(1)
    /// How far a provider's clock may be behind ours: an order of ours may look so much older than its booking.
    private let clockSkew = Duration.seconds(60)

    /// - Parameters:
    ///   - deadline: the caller's; it ends reading, and what has not been sent, but nothing that was sent.
    ///   - version: the booking's in the store.
    ///   - sentBy: what changes something is not sent later.
    func perform(
        _ command: Command, of saga: Saga, version: Int64, deadline: MonotonicInstant, sentBy: MonotonicInstant,
        isCheapest: (ProviderOffer) -> Bool
    ) async -> StepResult {
        let attempt = saga.attempts[command.attempt]
        let context = context(for: command.step, of: saga, deadline: deadline, sentBy: sentBy)
        if command.step.isMoney { return await pay(command, attempt, saga, context) }
        guard let provider = providers[attempt.offer.provider] else {
            return .failed(StepFailure(.notSupported, "\(attempt.offer.provider) is not configured any more"))
        }
        do throws(ProviderError) {
            return try await ask(provider, command, attempt, saga, version: version, context, isCheapest)
        } catch {
            return StepResult(error, isRead: command.step.isRead)
        }
    }

    /// How long a call may take from being sent to its last effect: to a provider, or the gateway where nil.
    func longestCall(to provider: ProviderID?) -> Duration {
        guard let provider else { return gatewayLongestCall }
        return (rules[provider] ?? ProviderRules()).longestCall
    }

    private func context(
        for step: Step, of saga: Saga, deadline: MonotonicInstant, sentBy: MonotonicInstant
    ) -> CallContext {
        let now = clock.now
        let latest = now.advanced(by: longestCall)
        // Before there is money or a ticket at stake, a slow provider leaves time for the others' candidates.
        let share = max(now.duration(to: deadline) * candidateShare, leastShare)
        return CallContext(
            deadline: step == .reprice || step == .hold ? min(latest, now.advanced(by: share)) : latest,
            // When undoing, the same request to authorize only asks what came of the first.
            notAfter: step.isForward && saga.direction == .booking ? min(deadline, sentBy) : sentBy,
            requestID: saga.terms.requestID, traceparent: saga.terms.traceparent)
    }

    private func ask(
        _ provider: any FareProvider, _ command: Command, _ attempt: Attempt, _ saga: Saga, version: Int64,
        _ context: CallContext, _ isCheapest: (ProviderOffer) -> Bool
    ) async throws(ProviderError) -> StepResult {
        switch command.step {
        case .reprice:
            let offer = try await provider.reprice(attempt.offer, for: saga.terms.passengers, context: context)
            return .repriced(offer, stillCheapest: isCheapest(offer))
        case .hold, .order: return try await create(command.step, attempt, saga, provider, context)
        case .find: return try await find(attempt, saga, version: version, provider, context)
        case .confirm, .status, .release, .cancel:
            guard let order = attempt.order else { return .failed(StepFailure(.notFound, "no order is known")) }
            switch command.step {
            case .confirm: return .order(try await provider.confirm(order, context: context))
            case .status: return .order(try await provider.status(of: order, context: context))
            case .cancel: return try await cancel(order, of: command.attempt, saga, at: provider, context)
            default:
                try await provider.release(order, context: context)
                return .released
            }
        case .authorize, .capture, .void, .refund, .lookup, .follow:
            return .failed(StepFailure(.notSupported, "not a provider's step"))
        }
    }

    private func create(
        _ step: Step, _ attempt: Attempt, _ saga: Saga, _ provider: any FareProvider, _ context: CallContext
    ) async throws(ProviderError) -> StepResult {
        let request = orderRequest(attempt, saga)
        return .order(
            step == .hold
                ? try await provider.hold(request, context: context)
                : try await provider.order(request, context: context))
    }

    /// An order with our reference is ours; of those without, only what no other booking has.
    ///
    /// - Parameter version: the booking's in the store; whoever has lost the booking takes nothing for it.
    func find(
        _ attempt: Attempt, _ saga: Saga, version: Int64, _ provider: any FareProvider, _ context: CallContext
    ) async throws(ProviderError) -> StepResult {
        let found = try await provider.find(search(for: attempt, saga), context: context)
        let nameless = found.filter { $0.reference == nil }
        guard !nameless.isEmpty else { return .found(found) }
        do throws(StoreError) {
            guard
                let free = try await claims.claim(
                    nameless, for: attempt, of: saga, version: version, at: clock.timestamp)
            else { return .failed(StepFailure(.unclear, "another booking of the same is being made")) }
            let ids = Set(free.map(\.id))
            return .found(found.filter { $0.reference != nil || ids.contains($0.id) })
        } catch {
            return .failed(StepFailure(.unclear, "the store can't be asked whose the order is: \(error.code.rawValue)"))
        }
    }

    /// As quoted to whoever wants it cancelled; or at the price of the moment, for a ticket that can't be paid for. An
    /// earlier cancellation whose reply was lost can't be quoted again.
    private func cancel(
        _ order: ProviderOrder, of attempt: Int, _ saga: Saga, at provider: any FareProvider, _ context: CallContext
    ) async throws(ProviderError) -> StepResult {
        if let cancellation = saga.cancellation, cancellation.status == .cancelling, cancellation.attempt == attempt {
            _ = try await provider.cancel(order, as: cancellation.quote, context: context)
            return .released
        }
        do throws(ProviderError) {
            guard try await provider.status(of: order, context: context).state != .cancelled else { return .released }
        } catch  where error.code == .orderNotFound {
            // Some providers forget what has ended. Cancelling tells: there, what is gone already is success.
        }
        let quote = try await provider.quoteCancellation(of: order, context: context)
        _ = try await provider.cancel(order, as: quote, context: context)
        return .released
    }

    private func orderRequest(_ attempt: Attempt, _ saga: Saga) -> OrderRequest {
        OrderRequest(
            offer: attempt.offer, passengers: saga.terms.passengers, reference: saga.reference(of: attempt),
            holdFor: saga.terms.policy.holdFor)
    }

    private func search(for attempt: Attempt, _ saga: Saga) -> OrderSearch {
        let latest = Ownership.sendingWindow + longestCall(to: attempt.offer.provider) + clockSkew
        // When the call ended may be told by a later owner, whose clock was behind. By the first one's, no call that makes an
        // order begins after the deadline.
        let end = attempt.creationEndedAt.map { max($0, saga.terms.deadline).advanced(by: latest) }
        return OrderSearch(
            reference: saga.reference(of: attempt), passengers: saga.terms.passengers,
            itinerary: attempt.offer.itinerary, createdAfter: saga.createdAt.advanced(by: .zero - clockSkew),
            createdBefore: end)
    }

    // MARK: Money

    private func pay(
        _ command: Command, _ attempt: Attempt, _ saga: Saga, _ context: CallContext
    ) async -> StepResult {
        let key = saga.key(for: command)
        do throws(PaymentError) {
            if command.step == .authorize {
                return .payment(
                    try await gateway.authorize(
                        attempt.reserved ?? attempt.charge, token: saga.terms.paymentToken,
                        reference: saga.reference(of: attempt), key: key, context: context))
            }
            if command.step == .lookup { return try await lookup(attempt, saga, context) }
            if command.step == .follow, let refund = attempt.refund {
                return .refund(try await gateway.status(ofRefund: refund.id, context: context))
            }
            guard let payment = attempt.payment else {
                return .failed(StepFailure(.notFound, "no payment is known"))
            }
            switch command.step {
            case .capture:
                return .payment(
                    try await gateway.capture(payment.id, amount: attempt.charge, key: key, context: context))
            case .refund:
                guard let due = attempt.refundToAsk else { return .failed(StepFailure(.notFound, "no refund is due")) }
                return .refund(
                    try await gateway.refund(
                        payment.id, amount: due, reference: saga.refundReference(of: attempt), key: key,
                        context: context))
            default: return .payment(try await gateway.void(payment.id, key: key, context: context))
            }
        } catch {
            return StepResult(error)
        }
    }

    /// What became of a call that had no clear answer. Nothing found is an answer too.
    private func lookup(
        _ attempt: Attempt, _ saga: Saga, _ context: CallContext
    ) async throws(PaymentError) -> StepResult {
        if attempt.wantedMoneyStep == .refund, let payment = attempt.payment {
            let ours = saga.refundReference(of: attempt)
            let refunds = try await gateway.refunds(of: payment.id, context: context)
            if let refund = refunds.first(where: { $0.reference == ours }) { return .refund(refund) }
            return .payment(try await gateway.status(of: payment.id, context: context))
        } else if let payment = attempt.payment {
            return .payment(try await gateway.status(of: payment.id, context: context))
        } else {
            let found = try await gateway.find(reference: saga.reference(of: attempt), context: context)
            let isLive: (Payment) -> Bool = { [.authorized, .captured, .processing].contains($0.state) }
            if let payment = found.first(where: isLive) ?? found.first { return .payment(payment) }
        }
        return .failed(StepFailure(.notFound, "the gateway has none"))
    }
}

extension StepResult {
    /// A provider's refusal or silence. A read changes nothing, so its outcome is never in doubt.
    init(_ error: ProviderError, isRead: Bool) {
        let detail = error.summary
        if error.outcome == .unknown, !isRead {
            self = .unknown(StepFailure(.unclear, detail))
            return
        }
        let reason: StepFailure.Reason =
            switch error.code {
            case .soldOut: .soldOut
            case .fareChanged: .fareChanged
            case .offerExpired, .holdExpired, .quoteExpired: .expired
            case .orderNotFound: .notFound
            case .notCancellable: .wrongState
            case .rejected, .orderNotCreated: .refused
            case .unavailable, .circuitOpen, .overloaded, .rateLimited, .unauthorized: .notSent
            case .notSupported: .notSupported
            case .timedOut, .connectionLost, .cancelled: isRead ? .unclear : .notSent
            case .serverError, .unreadable, .tooMany: .unclear
            }
        self = .failed(StepFailure(reason, detail))
    }

    init(_ error: PaymentError) {
        let detail = error.summary
        if error.outcome == .unknown {
            self = .unknown(StepFailure(error.isStored ? .stored : .unclear, detail))
            return
        }
        if let payment = error.payment, error.code == .wrongState {
            // The answer says what state it is in: that is what the step wanted to know.
            self = .payment(payment)
            return
        }
        let reason: StepFailure.Reason =
            switch error.code {
            case .declined: .declined
            case .wrongState: .wrongState
            case .notFound: .notFound
            case .rejected: .refused
            case .rateLimited, .unavailable, .timedOut, .connectionLost, .cancelled, .unauthorized: .notSent
            case .serverError, .unreadable: .unclear
            }
        self = .failed(StepFailure(reason, detail))
    }
}
