/// Sends requests. Implemented by libcurl, by fakes, and by the guard that puts policies in front of another transport.
public protocol HTTPTransport: Sendable {
    /// Sends `request` and waits for the whole answer. Any status is an answer, not an error.
    ///
    /// Ends at `request.deadline` at the latest. Cancelling the task abandons the transfer and throws `cancelled`.
    func send(_ request: HTTPRequest) async throws(TransportError) -> HTTPResponse
}

/// Why there is no answer.
public struct TransportError: Error, Hashable, Sendable {
    public enum Code: String, Sendable {
        /// No connection: name not resolved, refused, unreachable, connect timeout.
        case couldNotConnect = "could_not_connect"
        /// TLS could not be agreed on, or the peer's certificate is not trusted.
        case untrusted
        /// The attempt's timeout or the deadline passed.
        case timedOut = "timed_out"
        /// The connection ended before the answer did.
        case connectionLost = "connection_lost"
        /// What came is not HTTP, or its encoding is broken.
        case malformedAnswer = "malformed_answer"
        case bodyTooLarge = "body_too_large"
        case cancelled
        /// Not a URL that may be called.
        case badRequest = "bad_request"
        /// The `notAfter` of a request that changes something had passed before it could be sent.
        case tooLate = "too_late"
        /// A bounded queue is full.
        case overloaded
        case circuitOpen = "circuit_open"
        /// Our own pacing, or a pause the peer asked for, does not end before the deadline.
        case rateLimited = "rate_limited"
        case shutDown = "shut_down"
    }

    public var code: Code
    /// False only if it is certain that no byte of the request reached the peer.
    public var maybeSent: Bool
    /// When trying again may help, where that is known.
    public var retryAfter: Duration?
    /// For logs: names hosts and phases, never credentials or bodies.
    public var detail: String

    public init(_ code: Code, maybeSent: Bool, retryAfter: Duration? = nil, detail: String = "") {
        self.code = code
        self.maybeSent = maybeSent
        self.retryAfter = retryAfter
        self.detail = detail
    }
}
