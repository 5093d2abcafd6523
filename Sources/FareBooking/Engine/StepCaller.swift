import FareDomain
import FarePorts
import Resilience

/// Makes the calls of a saga's steps, and puts the answers into its words.
struct StepCaller: Sendable {
    let providers: [ProviderID: any FareProvider]
    let gateway: any PaymentGateway
    let clock: any MonotonicClock & WallClock
    let claims: OrderClaims

    /// Providers and the gateway have timeouts of their own, which are shorter; this only bounds what they may forget.
    private let longestCall = Duration.seconds(60)
    /// A call that happens once is not sent later than this after it was written down.
    private let sendingWindow = Duration.seconds(8)
    /// How long after it was written down a call of a process that is gone may still have its effect: it was sent within
    /// the window, and no provider is given longer than this to act.
    static let longestEffect = Duration.seconds(8 + 15)
    /// Of the time until the caller's deadline, what repricing or holding one candidate may take, and never less than.
    private let candidateShare = 0.3
    private let leastShare = Duration.seconds(1)
    /// How far a provider's clock may be behind ours: an order of ours may look so much older than its booking.
    private let clockSkew = Duration.seconds(60)

    /// - Parameter deadline: the caller's; it ends reading, and what has not been sent, but nothing that was sent.
    func perform(
        _ command: Command, of saga: Saga, deadline: MonotonicInstant,
        isCheapest: (ProviderOffer) -> Bool
    ) async -> StepResult {
        let attempt = saga.attempts[command.attempt]
        let context = context(for: command.step, of: saga, deadline: deadline)
        switch command.step {
        case .authorize, .capture, .void:
            return await pay(command, attempt, saga, context)
        default:
            guard let provider = providers[attempt.offer.provider] else {
                return .failed(StepFailure(.notSupported, "\(attempt.offer.provider) is not configured any more"))
            }
            do throws(ProviderError) {
                return try await ask(provider, command, attempt, saga, context, isCheapest)
            } catch {
                return StepResult(error, isRead: command.step.isRead)
            }
        }
    }

    private func context(for step: Step, of saga: Saga, deadline: MonotonicInstant) -> CallContext {
        let now = clock.now
        let latest = now.advanced(by: longestCall)
        // Before there is money or a ticket at stake, a slow provider leaves time for the others' candidates.
        let share = max(now.duration(to: deadline) * candidateShare, leastShare)
        return CallContext(
            deadline: step == .reprice || step == .hold ? min(latest, now.advanced(by: share)) : latest,
            notAfter: step.isForward ? min(deadline, now.advanced(by: sendingWindow)) : latest,
            requestID: saga.terms.requestID, traceparent: saga.terms.traceparent)
    }

    private func ask(
        _ provider: any FareProvider, _ command: Command, _ attempt: Attempt, _ saga: Saga, _ context: CallContext,
        _ isCheapest: (ProviderOffer) -> Bool
    ) async throws(ProviderError) -> StepResult {
        switch command.step {
        case .reprice:
            let offer = try await provider.reprice(attempt.offer, for: saga.terms.passengers, context: context)
            return .repriced(offer, stillCheapest: isCheapest(offer))
        case .hold, .order: return try await create(command.step, attempt, saga, provider, context)
        case .find: return try await find(attempt, saga, provider, context)
        case .confirm, .status, .release, .cancel:
            guard let order = attempt.order else { return .failed(StepFailure(.notFound, "no order is known")) }
            switch command.step {
            case .confirm: return .order(try await provider.confirm(order, context: context))
            case .status: return .order(try await provider.status(of: order, context: context))
            case .cancel: return try await cancel(order, at: provider, context)
            default:
                try await provider.release(order, context: context)
                return .released
            }
        case .authorize, .capture, .void: return .failed(StepFailure(.notSupported, "not a provider's step"))
        }
    }

    /// What is created belongs to this booking from the moment that its id is known.
    private func create(
        _ step: Step, _ attempt: Attempt, _ saga: Saga, _ provider: any FareProvider, _ context: CallContext
    ) async throws(ProviderError) -> StepResult {
        let likeness = OrderClaims.Likeness(attempt, of: saga)
        claims.begin(likeness, by: saga.id)
        do throws(ProviderError) {
            let request = orderRequest(attempt, saga)
            let order =
                step == .hold
                ? try await provider.hold(request, context: context)
                : try await provider.order(request, context: context)
            claims.end(likeness, by: saga.id, with: order)
            return .order(order)
        } catch {
            claims.end(likeness, by: saga.id, with: nil)
            throw error
        }
    }

    /// An order with our reference is ours; of those without, only what no other booking has.
    private func find(
        _ attempt: Attempt, _ saga: Saga, _ provider: any FareProvider, _ context: CallContext
    ) async throws(ProviderError) -> StepResult {
        let found = try await provider.find(search(for: attempt, saga), context: context)
        let nameless = found.filter { $0.reference == nil }
        guard !nameless.isEmpty else { return .found(found) }
        do throws(StoreError) {
            guard let free = try await claims.claim(nameless, OrderClaims.Likeness(attempt, of: saga), for: saga.id)
            else { return .failed(StepFailure(.unclear, "another booking of the same is being made")) }
            let ids = Set(free.map(\.id))
            return .found(found.filter { $0.reference != nil || ids.contains($0.id) })
        } catch {
            return .failed(StepFailure(.unclear, "the store can't be asked whose the order is: \(error.code.rawValue)"))
        }
    }

    /// Cancels a ticket at the price of the moment. An earlier cancellation whose reply was lost can't be quoted again.
    private func cancel(
        _ order: ProviderOrder, at provider: any FareProvider, _ context: CallContext
    ) async throws(ProviderError) -> StepResult {
        guard try await provider.status(of: order, context: context).state != .cancelled else { return .released }
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
        OrderSearch(
            reference: saga.reference(of: attempt), passengers: saga.terms.passengers,
            itinerary: attempt.offer.itinerary, createdAfter: saga.createdAt.advanced(by: .zero - clockSkew),
            createdBefore: attempt.creationEndedAt?.advanced(by: Self.longestEffect + clockSkew))
    }

    private func pay(
        _ command: Command, _ attempt: Attempt, _ saga: Saga, _ context: CallContext
    ) async -> StepResult {
        let key = saga.key(for: command)
        do throws(PaymentError) {
            switch command.step {
            case .authorize: return .payment(try await authorize(attempt, saga, key, context))
            case .capture:
                guard let payment = attempt.payment else { return noPayment }
                return .payment(
                    try await gateway.capture(payment.id, amount: attempt.charge, key: key, context: context))
            default:
                guard let payment = attempt.payment else { return noPayment }
                return .payment(try await gateway.void(payment.id, key: key, context: context))
            }
        } catch {
            return StepResult(error)
        }
    }

    /// Under one key the gateway says the same for ever, also "processing" and a stored 5xx: so where the money is in
    /// doubt, what there is of a payment is looked at first.
    private func authorize(
        _ attempt: Attempt, _ saga: Saga, _ key: String, _ context: CallContext
    ) async throws(PaymentError) -> Payment {
        let reference = saga.reference(of: attempt)
        if attempt.money == .unknown, let payment = try await known(attempt, reference, context) { return payment }
        return try await gateway.authorize(
            attempt.reserved ?? attempt.charge, token: saga.terms.paymentToken, reference: reference, key: key,
            context: context)
    }

    /// The payment of an authorization in doubt, if there is one. That a question was refused says nothing about it.
    private func known(
        _ attempt: Attempt, _ reference: String, _ context: CallContext
    ) async throws(PaymentError) -> Payment? {
        do throws(PaymentError) {
            if let payment = attempt.payment { return try await gateway.status(of: payment.id, context: context) }
            guard attempt[.authorize].count > 1 else { return nil }
            return try await gateway.find(reference: reference, context: context).first
        } catch {
            throw PaymentError(error.code, outcome: .unknown, retryAfter: error.retryAfter, detail: error.detail)
        }
    }

    private var noPayment: StepResult { .failed(StepFailure(.notFound, "no payment is known")) }
}

extension StepResult {
    /// A provider's refusal or silence. A read changes nothing, so its outcome is never in doubt.
    init(_ error: ProviderError, isRead: Bool) {
        let detail = error.detail.isEmpty ? error.code.rawValue : "\(error.code.rawValue): \(error.detail)"
        if error.outcome == .unknown, !isRead {
            self = .unknown(StepFailure(.unclear, detail))
            return
        }
        let reason: StepFailure.Reason =
            switch error.code {
            case .soldOut: .soldOut
            case .fareChanged: .fareChanged
            case .offerExpired, .holdExpired: .expired
            case .orderNotFound: .notFound
            case .notCancellable: .wrongState
            case .rejected, .orderNotCreated: .refused
            case .unavailable, .circuitOpen, .overloaded, .rateLimited, .unauthorized: .notSent
            case .notSupported: .notSupported
            case .timedOut, .connectionLost, .cancelled: isRead ? .unclear : .notSent
            case .serverError, .unreadable: .unclear
            }
        self = .failed(StepFailure(reason, detail))
    }

    init(_ error: PaymentError) {
        let detail = error.detail.isEmpty ? error.code.rawValue : "\(error.code.rawValue): \(error.detail)"
        if error.outcome == .unknown {
            self = .unknown(StepFailure(.unclear, detail))
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
