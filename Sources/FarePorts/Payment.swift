public import FareDomain

/// A payment as the gateway has it.
public struct Payment: Hashable, Sendable, Codable {
    public enum State: String, Sendable, Codable {
        /// `refunded` once anything of it was given back, or is on its way.
        case authorized, captured, voided, refunded, declined
        /// Wants 3-D Secure: the caller's customer would have to act.
        case actionRequired = "action_required"
        /// The gateway is still at it.
        case processing
    }

    /// The gateway's id.
    public var id: String
    /// Ours, where the payment carries one.
    public var reference: String?
    public var state: State
    public var amount: Money
    public var captured: Money
    /// Given back: refunds that are pending count, those that failed don't.
    public var refunded: Money
    /// By the gateway's clock, which may count whole seconds.
    public var createdAt: Timestamp?

    public init(
        id: String, reference: String? = nil, state: State, amount: Money, captured: Money, refunded: Money,
        createdAt: Timestamp? = nil
    ) {
        self.id = id
        self.reference = reference
        self.state = state
        self.amount = amount
        self.captured = captured
        self.refunded = refunded
        self.createdAt = createdAt
    }
}

/// Money on its way back, as the gateway has it.
public struct Refund: Hashable, Sendable, Codable {
    public enum State: String, Sendable, Codable {
        /// May take days.
        case pending
        /// As far as the gateway knows: the customer's bank may still send the money back, and then it has failed.
        case succeeded
        /// Or cancelled by the gateway. The money is ours again.
        case failed
    }

    /// The gateway's id.
    public var id: String
    /// The payment's id.
    public var payment: String
    /// Ours, where the refund carries one.
    public var reference: String?
    public var state: State
    public var amount: Money
    /// The gateway's word for why it failed.
    public var failure: String?

    public init(
        id: String, payment: String, reference: String? = nil, state: State, amount: Money, failure: String? = nil
    ) {
        self.id = id
        self.payment = payment
        self.reference = reference
        self.state = state
        self.amount = amount
        self.failure = failure
    }
}
