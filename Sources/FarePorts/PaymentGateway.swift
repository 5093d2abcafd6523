public import FareDomain

/// Takes money in two steps, and gives it back. One gateway for all providers.
///
/// Every call carries an idempotency key, and may be repeated under it.
public protocol PaymentGateway: Sendable {
    /// Reserves `amount` without taking it.
    ///
    /// - Parameter reference: ours, stored with the payment so that it can be found again.
    func authorize(
        _ amount: Money, token: String, reference: String, key: String, context: CallContext
    ) async throws(PaymentError) -> Payment

    /// Takes `amount`, at most what is authorized; the rest is let go.
    func capture(
        _ payment: String, amount: Money, key: String, context: CallContext
    ) async throws(PaymentError) -> Payment

    /// Lets an authorization go. "Already voided" is success.
    func void(_ payment: String, key: String, context: CallContext) async throws(PaymentError) -> Payment

    /// Gives `amount` of a captured payment back.
    func refund(
        _ payment: String, amount: Money, key: String, context: CallContext
    ) async throws(PaymentError) -> Payment

    /// The payment as the gateway has it now.
    func status(of payment: String, context: CallContext) async throws(PaymentError) -> Payment

    /// Payments that carry `reference`, where no id is known.
    func find(reference: String, context: CallContext) async throws(PaymentError) -> [Payment]
}

/// A payment as the gateway has it.
public struct Payment: Hashable, Sendable, Codable {
    public enum State: String, Sendable, Codable {
        case authorized, captured, voided, refunded, declined
        /// Wants 3-D Secure: the caller's customer would have to act.
        case actionRequired = "action_required"
        /// The gateway is still at it.
        case processing
    }

    /// The gateway's id.
    public var id: String
    public var state: State
    public var amount: Money
    public var captured: Money
    public var refunded: Money

    public init(id: String, state: State, amount: Money, captured: Money, refunded: Money) {
        self.id = id
        self.state = state
        self.amount = amount
        self.captured = captured
        self.refunded = refunded
    }
}

/// Why the gateway did not do what was asked.
public struct PaymentError: Error, Sendable {
    public enum Code: String, Sendable {
        case declined
        /// The payment is not in a state for this: captured already, voided already, expired.
        case wrongState = "wrong_state"
        case notFound = "not_found"
        case rejected
        case unauthorized
        case rateLimited = "rate_limited"
        case unavailable
        case timedOut = "timed_out"
        case serverError = "server_error"
        case connectionLost = "connection_lost"
        case unreadable
        case cancelled
    }

    public var code: Code
    public var outcome: ProviderError.Outcome
    /// The payment that the answer carried, if it did: a declined one has an id too.
    public var payment: Payment?
    public var retryAfter: Duration?
    /// Safe to log and to show: the gateway's own code, never a token.
    public var detail: String

    public init(
        _ code: Code, outcome: ProviderError.Outcome, payment: Payment? = nil, retryAfter: Duration? = nil,
        detail: String = ""
    ) {
        self.code = code
        self.outcome = outcome
        self.payment = payment
        self.retryAfter = retryAfter
        self.detail = detail
    }
}
