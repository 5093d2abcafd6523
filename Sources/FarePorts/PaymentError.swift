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
    /// The gateway keeps this answer under the key: asking again under it says the same, for as long as the key lives.
    /// With an unknown outcome, only a look at the payment or its refunds tells more. False says nothing.
    public var isStored: Bool
    public var retryAfter: Duration?
    /// Safe to log and to show: the gateway's own code, never a token.
    public var detail: String

    public init(
        _ code: Code, outcome: ProviderError.Outcome, payment: Payment? = nil, isStored: Bool = false,
        retryAfter: Duration? = nil, detail: String = ""
    ) {
        self.code = code
        self.outcome = outcome
        self.payment = payment
        self.isStored = isStored
        self.retryAfter = retryAfter
        self.detail = detail
    }
}

extension PaymentError {
    /// Code and detail. Safe to log and to show.
    public var summary: String { detail.isEmpty ? code.rawValue : "\(code.rawValue): \(detail)" }
}
