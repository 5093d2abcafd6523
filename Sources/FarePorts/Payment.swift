public import FareDomain

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
