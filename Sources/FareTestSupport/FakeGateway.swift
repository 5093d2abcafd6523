public import FareDomain
public import FarePorts
public import Resilience
import Synchronization

/// A payment gateway in memory, which honours idempotency keys as Stripe does: what it has answered under a key, declines
/// and its own failures included, it answers again; the same key with another request is refused.
public final class FakeGateway: PaymentGateway {
    public enum Operation: String, Sendable, CaseIterable {
        case authorize, capture, void, refund, status, find
    }

    /// What happens to one call.
    public enum Fault: Sendable {
        /// Not done, said so, and not stored under the key.
        case refuse(PaymentError.Code)
        /// Not done, and the reply is lost.
        case loseBefore
        /// Done, and the reply is lost.
        case loseAfter
        /// The reply is lost now; the request arrives so much later, and is judged then.
        case applyLate(Duration)
        /// The card is refused; stored under the key.
        case decline
        /// The card's bank wants its holder to act; stored under the key.
        case requireAction
        /// Not decided before so much time has passed; the answer "processing" is stored under the key.
        case process(Duration)
        /// A 5xx that is stored under the key: nothing was done, and nothing else is ever said.
        case storeFailure
    }

    /// One call, as it came in.
    public struct Call: Sendable {
        public var operation: Operation
        /// How many calls of the same operation came before it.
        public var index: Int
        public var key: String?
        /// The payment's id, or our reference.
        public var subject: String
        public var amount: Money?
    }

    /// One payment, as the ledger has it.
    public struct Entry: Hashable, Sendable {
        public var payment: Payment
        public var reference: String
        public var token: String
        /// While it is processing, when that ends; while it is authorized, when the authorization does.
        public var changesAt: Timestamp?
    }

    private let clock: any MonotonicClock & WallClock
    private let state: Mutex<FakeGatewayState>

    /// - Parameter authorizationLife: after it an authorization that was not captured is void.
    public init(clock: any MonotonicClock & WallClock, authorizationLife: Duration = .seconds(7 * 86_400)) {
        self.clock = clock
        state = Mutex(FakeGatewayState(authorizationLife: authorizationLife))
    }

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

    public func authorize(
        _ amount: Money, token: String, reference: String, key: String, context: CallContext
    ) async throws(PaymentError) -> Payment {
        try await change(.authorize(amount, token: token, reference: reference), key: key)
    }

    public func capture(
        _ payment: String, amount: Money, key: String, context: CallContext
    ) async throws(PaymentError) -> Payment {
        try await change(.capture(payment, amount), key: key)
    }

    public func void(_ payment: String, key: String, context: CallContext) async throws(PaymentError) -> Payment {
        try await change(.void(payment), key: key)
    }

    public func refund(
        _ payment: String, amount: Money, key: String, context: CallContext
    ) async throws(PaymentError) -> Payment {
        try await change(.refund(payment, amount), key: key)
    }

    public func status(of payment: String, context: CallContext) async throws(PaymentError) -> Payment {
        let entries = try await look(.status, payment)
        guard let entry = entries.first(where: { $0.payment.id == payment }) else {
            throw PaymentError(.notFound, outcome: .notApplied)
        }
        return entry.payment
    }

    public func find(reference: String, context: CallContext) async throws(PaymentError) -> [Payment] {
        try await look(.find, reference).filter { $0.reference == reference }.map(\.payment)
    }

    private func change(_ request: FakeGatewayState.Request, key: String) async throws(PaymentError) -> Payment {
        let fault = await takeIn(request.operation, request.subject, key: key, amount: request.amount)
        let now = clock.timestamp
        return try state.withLock { state -> Result<Payment, PaymentError> in
            state.settle(at: now)
            return state.answer(to: request, key: key, fault, at: now)
        }.get()
    }

    private func look(_ operation: Operation, _ subject: String) async throws(PaymentError) -> [Entry] {
        switch await takeIn(operation, subject, key: nil, amount: nil) {
        case nil: return payments
        case .refuse(let code): throw PaymentError(code, outcome: .notApplied)
        default: throw PaymentError(.connectionLost, outcome: .unknown)
        }
    }

    private func takeIn(_ operation: Operation, _ subject: String, key: String?, amount: Money?) async -> Fault? {
        let (call, observer) = state.withLock { $0.take(operation, subject, key: key, amount: amount) }
        await observer?(call)
        return state.withLock { $0.fault(of: call) }
    }
}
