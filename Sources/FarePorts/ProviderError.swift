public import FareDomain

/// Why a provider did not do what was asked.
public struct ProviderError: Error, Sendable {
    public enum Code: String, Sendable {
        /// The seats or the fare are gone.
        case soldOut = "sold_out"
        /// The fare moved; `newTotal` has it where the provider says.
        case fareChanged = "fare_changed"
        case offerExpired = "offer_expired"
        /// The held order's time ran out.
        case holdExpired = "hold_expired"
        case orderNotFound = "order_not_found"
        /// The provider's own word that no order came of the call.
        case orderNotCreated = "order_not_created"
        /// The order can't be cancelled, or not any more.
        case notCancellable = "not_cancellable"
        /// A cancellation was not done, since its quote ran out, or what it would give back has changed: ask for
        /// another.
        case quoteExpired = "quote_expired"
        /// The provider refused for another reason: a 4xx of its own.
        case rejected
        /// More orders than one look goes through; a narrower question may be answered.
        case tooMany = "too_many"
        /// Our credentials were refused.
        case unauthorized
        case rateLimited = "rate_limited"
        /// Never connected.
        case unavailable
        case circuitOpen = "circuit_open"
        /// Our own bound on calls in flight.
        case overloaded
        case timedOut = "timed_out"
        /// A 5xx, or the provider's word for one.
        case serverError = "server_error"
        /// The connection ended before the answer did.
        case connectionLost = "connection_lost"
        /// An answer that is not the format, or lacks what matters.
        case unreadable
        /// The dialect has no such call.
        case notSupported = "not_supported"
        case cancelled
    }

    /// Whether the provider may have done it all the same. Means nothing for a read.
    public enum Outcome: String, Sendable {
        /// Certainly not done.
        case notApplied
        /// Done or not: only asking tells.
        case unknown
    }

    public var code: Code
    public var outcome: Outcome
    public var retryAfter: Duration?
    public var newTotal: Money?
    /// Safe to log and to show: no credentials, no passengers. The provider's own code and title where it gave them.
    public var detail: String

    public init(
        _ code: Code, outcome: Outcome, retryAfter: Duration? = nil, newTotal: Money? = nil, detail: String = ""
    ) {
        self.code = code
        self.outcome = outcome
        self.retryAfter = retryAfter
        self.newTotal = newTotal
        self.detail = detail
    }

    /// What a refusal comes to where a look at the order was to tell whether it was done already, and failed.
    ///
    /// - Parameter look: why. That there is no such order is an answer; anything else leaves open what earlier calls
    ///   did.
    /// - Returns: the look's answer, or this refusal with its outcome unknown.
    public func unsettled(by look: ProviderError) -> ProviderError {
        guard look.code != .orderNotFound else { return look }
        var error = self
        error.outcome = .unknown
        return error
    }

    /// What a missing answer means to a provider's caller.
    public init(_ error: TransportError) {
        let code: Code =
            switch error.code {
            case .couldNotConnect, .untrusted, .badRequest, .shutDown: .unavailable
            case .timedOut, .tooLate: .timedOut
            case .connectionLost: .connectionLost
            case .malformedAnswer, .bodyTooLarge: .unreadable
            case .cancelled: .cancelled
            case .overloaded: .overloaded
            case .circuitOpen: .circuitOpen
            case .rateLimited: .rateLimited
            }
        self.init(
            code, outcome: error.maybeSent ? .unknown : .notApplied, retryAfter: error.retryAfter,
            detail: error.detail.isEmpty ? error.code.rawValue : error.detail)
    }
}

extension ProviderError {
    /// Code and detail. Safe to log and to show.
    public var summary: String { detail.isEmpty ? code.rawValue : "\(code.rawValue): \(detail)" }
}
