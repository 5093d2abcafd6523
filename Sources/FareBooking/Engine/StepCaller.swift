import FareDomain
import FarePorts
import Resilience

/// Makes the calls of a saga's steps, and puts the answers into its words.
struct StepCaller: Sendable {
    let providers: [ProviderID: any FareProvider]
    let gateway: any PaymentGateway
    let clock: any MonotonicClock & WallClock

    /// Providers and the gateway have timeouts of their own, which are shorter; this only bounds what they may forget.
    private let longestCall = Duration.seconds(60)
    /// A call that happens once is not sent later than this after it was written down.
    private let sendingWindow = Duration.seconds(8)

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
        return CallContext(
            deadline: step == .reprice ? min(deadline, latest) : latest,
            notAfter: min(deadline, now.advanced(by: sendingWindow)),
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
        case .hold: return .order(try await provider.hold(orderRequest(attempt, saga), context: context))
        case .order: return .order(try await provider.order(orderRequest(attempt, saga), context: context))
        case .find: return .found(try await provider.find(search(for: attempt, saga), context: context))
        case .confirm, .status, .release:
            guard let order = attempt.order else { return .failed(StepFailure(.notFound, "no order is known")) }
            switch command.step {
            case .confirm: return .order(try await provider.confirm(order, context: context))
            case .status: return .order(try await provider.status(of: order, context: context))
            default:
                try await provider.release(order, context: context)
                return .released
            }
        case .authorize, .capture, .void: return .failed(StepFailure(.notSupported, "not a provider's step"))
        }
    }

    private func orderRequest(_ attempt: Attempt, _ saga: Saga) -> OrderRequest {
        OrderRequest(
            offer: attempt.offer, passengers: saga.terms.passengers, reference: saga.reference(of: attempt),
            holdFor: saga.terms.policy.holdFor)
    }

    private func search(for attempt: Attempt, _ saga: Saga) -> OrderSearch {
        OrderSearch(
            reference: saga.reference(of: attempt), passengers: saga.terms.passengers,
            itinerary: attempt.offer.itinerary, createdAfter: saga.createdAt)
    }

    private func pay(
        _ command: Command, _ attempt: Attempt, _ saga: Saga, _ context: CallContext
    ) async -> StepResult {
        let key = saga.key(for: command)
        do throws(PaymentError) {
            switch command.step {
            case .authorize:
                return .payment(
                    try await gateway.authorize(
                        attempt.charge, token: saga.terms.paymentToken, reference: saga.reference(of: attempt),
                        key: key, context: context))
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
            case .rejected, .unauthorized, .orderNotCreated: .refused
            case .unavailable, .circuitOpen, .overloaded, .rateLimited: .notSent
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
            case .rejected, .unauthorized: .refused
            case .rateLimited, .unavailable, .timedOut, .connectionLost, .cancelled: .notSent
            case .serverError, .unreadable: .unclear
            }
        self = .failed(StepFailure(reason, detail))
    }
}
