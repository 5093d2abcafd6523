/// What a call to a provider or a gateway is for. Faults, counters and timeouts go by these names.
public enum ProviderOperation: String, Sendable, CaseIterable {
    /// Renewing an access token.
    case token
    case search, reprice, hold
    /// Ticketing: of a held order, or an instant order itself.
    case confirm
    /// Giving a held order back.
    case release
    /// Asking for an order, by its id or by what is known of it.
    case status
    /// Undoing a ticketed order.
    case cancel
    case authorize, capture, void, refund
}

/// Calls that share a circuit breaker: an open search circuit must never block a void or a refund.
public enum Lane: String, Sendable, CaseIterable {
    case search, booking, aftercare
}

extension ProviderOperation {
    /// The lane of an operation. A token belongs to the lane of the call that it is for.
    public var lane: Lane {
        switch self {
        case .token, .search: .search
        case .reprice, .hold, .confirm, .authorize, .capture: .booking
        case .release, .status, .cancel, .void, .refund: .aftercare
        }
    }
}
