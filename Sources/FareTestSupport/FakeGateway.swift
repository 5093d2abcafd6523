public import FareDomain
public import FarePorts
public import Resilience
import Synchronization

/// A payment gateway in memory, which honours idempotency keys as Stripe does: what it has answered under a key,
/// declines and its own failures included, it answers again; the same key with another request is refused. When
/// `keyLife` is over a key is forgotten, and a request under it is done anew.
///
/// The token `pm_card_pendingRefund` makes refunds that are pending and then succeed, `pm_card_refundFail` ones that
/// succeed and then fail.
public final class FakeGateway: PaymentGateway {
    public let keyLife: Duration
    private let steps: [String: Int64]
    private let clock: any MonotonicClock & WallClock
    private let state: Mutex<FakeGatewayState>

    /// - Parameters:
    ///   - authorizationLife: after it an authorization that was not captured is void.
    ///   - keyLife: from the first request under a key.
    ///   - refundTime: how long the refunds of the two tokens stay as they are at first.
    ///   - steps: by currency, what amounts must be multiples of; others are refused.
    public init(
        clock: any MonotonicClock & WallClock, authorizationLife: Duration = .seconds(7 * 86_400),
        keyLife: Duration = .seconds(86_400), refundTime: Duration = .seconds(10), steps: [String: Int64] = [:]
    ) {
        self.clock = clock
        self.steps = steps
        self.keyLife = keyLife
        state = Mutex(
            FakeGatewayState(authorizationLife: authorizationLife, keyLife: keyLife, refundTime: refundTime))
    }

    public func step(of currency: Currency) -> Int64 { steps[currency.code] ?? 1 }

    /// The next calls of `operation` go as told, in order; nil is an ordinary one.
    public func script(_ operation: Operation, _ faults: Fault?...) {
        state.withLock { $0.scripts[operation, default: []] += faults }
    }

    /// Calls that no script is left for ask `fault` what happens to them. It must not call the gateway.
    public func inject(_ fault: @escaping @Sendable (Call) -> Fault?) {
        state.withLock { $0.injected = fault }
    }

    /// Told of each call before anything is done about it.
    public func observe(_ observer: @escaping @Sendable (Call) async -> Void) {
        state.withLock { $0.observer = observer }
    }

    /// Every payment so far, as it is now.
    public var payments: [Entry] {
        let now = clock.timestamp
        return state.withLock { state in
            state.settle(at: now)
            return state.entries
        }
    }

    /// Every call so far.
    public var calls: [Call] { state.withLock { $0.calls } }
}

// MARK: Changing

extension FakeGateway {
    public func authorize(
        _ amount: Money, token: String, reference: String, key: String, context: CallContext
    ) async throws(PaymentError) -> Payment {
        try await change(.authorize(amount, token: token, reference: reference), key: key).payment
    }

    public func capture(
        _ payment: String, amount: Money, key: String, context: CallContext
    ) async throws(PaymentError) -> Payment {
        try await change(.capture(payment, amount), key: key).payment
    }

    public func void(_ payment: String, key: String, context: CallContext) async throws(PaymentError) -> Payment {
        try await change(.void(payment), key: key).payment
    }

    public func refund(
        _ payment: String, amount: Money, reference: String, key: String, context: CallContext
    ) async throws(PaymentError) -> Refund {
        let answer = try await change(.refund(payment, amount, reference: reference), key: key)
        guard let refund = answer.refund else { throw PaymentError(.unreadable, outcome: .unknown) }
        return refund
    }

    private func change(_ request: Request, key: String) async throws(PaymentError) -> Answer {
        let fault = await takeIn(request.operation, request.subject, key: key, amount: request.amount)
        if let amount = request.amount, amount.minorUnits % step(of: amount.currency) != 0 {
            throw PaymentError(.rejected, outcome: .notApplied, detail: "the gateway can't take this amount exactly")
        }
        let now = clock.timestamp
        return try state.withLock { state -> Result<Answer, PaymentError> in
            state.settle(at: now)
            return state.answer(to: request, key: key, fault, at: now)
        }.get()
    }

    private func takeIn(_ operation: Operation, _ subject: String, key: String?, amount: Money?) async -> Fault? {
        let (call, observer) = state.withLock { $0.take(operation, subject, key: key, amount: amount) }
        await observer?(call)
        return state.withLock { $0.fault(of: call) }
    }
}

// MARK: Looking

extension FakeGateway {
    public func status(of payment: String, context: CallContext) async throws(PaymentError) -> Payment {
        try await entry(payment, for: .status).payment
    }

    public func status(ofRefund refund: String, context: CallContext) async throws(PaymentError) -> Refund {
        let refunds = try await look(.refundStatus, refund).flatMap(\.refunds)
        guard let entry = refunds.first(where: { $0.refund.id == refund }) else {
            throw PaymentError(.notFound, outcome: .notApplied)
        }
        return entry.refund
    }

    public func refunds(of payment: String, context: CallContext) async throws(PaymentError) -> [Refund] {
        try await entry(payment, for: .refunds).refunds.reversed().map(\.refund)
    }

    public func find(reference: String, context: CallContext) async throws(PaymentError) -> [Payment] {
        try await look(.find, reference).filter { $0.reference == reference }.map(\.payment)
    }

    public func payments(
        createdAfter: Timestamp, createdBefore: Timestamp, context: CallContext
    ) async throws(PaymentError) -> [Payment] {
        try await look(.list, "").reversed().map(\.payment).filter { payment in
            guard let createdAt = payment.createdAt else { return false }
            return createdAfter <= createdAt && createdAt <= createdBefore
        }
    }

    public func refunds(
        failedAfter: Timestamp, failedBefore: Timestamp, context: CallContext
    ) async throws(PaymentError) -> [Refund] {
        let failed = try await look(.failedRefunds, "").flatMap(\.refunds).compactMap { entry in
            entry.failedAt.map { (at: $0, refund: entry.refund) }
        }
        return failed.filter { failedAfter <= $0.at && $0.at <= failedBefore }.sorted { $0.at > $1.at }.map(\.refund)
    }

    private func entry(_ payment: String, for operation: Operation) async throws(PaymentError) -> Entry {
        guard let entry = try await look(operation, payment).first(where: { $0.payment.id == payment }) else {
            throw PaymentError(.notFound, outcome: .notApplied)
        }
        return entry
    }

    private func look(_ operation: Operation, _ subject: String) async throws(PaymentError) -> [Entry] {
        switch await takeIn(operation, subject, key: nil, amount: nil) {
        case nil: return payments
        case .refuse(let code): throw PaymentError(code, outcome: .notApplied)
        default: throw PaymentError(.connectionLost, outcome: .unknown)
        }
    }
}
