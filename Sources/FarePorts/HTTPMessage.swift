public import Resilience

/// What sending a request twice would do. Retry, hedging, and what a lost reply means follow from this word alone.
public enum Effect: Hashable, Sendable {
    /// Changes nothing: may be retried and hedged.
    case read
    /// The peer recognises a repetition by this key: may be retried.
    case idempotent(key: String)
    /// Repeating does no further harm by the nature of the operation (asking for a quote): may be retried.
    ///
    /// Not for what ends something. The answer to a repetition says nothing about the first request, which may have
    /// been heard, or may be heard yet: "refused" could then be told of an order that has ended.
    case repeatable
    /// Sent at most once: a lost reply leaves the outcome unknown, and whoever asked decides what follows.
    case once
}

public struct HTTPHeader: Hashable, Sendable {
    public var name: String
    public var value: String

    public init(_ name: String, _ value: String) {
        self.name = name
        self.value = value
    }
}

/// One request to a provider or a gateway.
public struct HTTPRequest: Sendable {
    public enum Method: String, Sendable {
        case get = "GET"
        case post = "POST"
        case put = "PUT"
        case patch = "PATCH"
        case delete = "DELETE"
    }

    public var method: Method
    /// Absolute, `http` or `https`.
    public var url: String
    public var headers: [HTTPHeader]
    public var body: [UInt8]?
    public var operation: ProviderOperation
    public var lane: Lane
    public var effect: Effect
    /// When its caller stops waiting: each attempt gets what is left, and never more than its own timeout.
    public var deadline: MonotonicInstant
    /// A request that changes something is not sent after this, not as a retry either: its owner may have been paused
    /// until somebody else took over. A `read` is bounded by its deadline alone.
    public var notAfter: MonotonicInstant
    /// How long one attempt may take, within the deadline; the transport's own limit where nil.
    public var timeout: Duration?
    /// How long one attempt may take to connect, within its timeout; the transport's own limit where nil.
    public var connectTimeout: Duration?
    /// The most bytes that the answer's body may have, decompressed; the transport's own limit where nil.
    public var bodyLimit: Int?

    /// - Parameter lane: the operation's own, unless told otherwise.
    public init(
        _ method: Method, _ url: String, headers: [HTTPHeader] = [], body: [UInt8]? = nil,
        operation: ProviderOperation, lane: Lane? = nil, effect: Effect, deadline: MonotonicInstant,
        notAfter: MonotonicInstant = .distantFuture, timeout: Duration? = nil, connectTimeout: Duration? = nil,
        bodyLimit: Int? = nil
    ) {
        self.method = method
        self.url = url
        self.headers = headers
        self.body = body
        self.operation = operation
        self.lane = lane ?? operation.lane
        self.effect = effect
        self.deadline = deadline
        self.notAfter = notAfter
        self.timeout = timeout
        self.connectTimeout = connectTimeout
        self.bodyLimit = bodyLimit
    }
}

extension HTTPRequest {
    /// Whether sending it now could do what its owner has no right to do any more.
    public func isTooLate(at now: MonotonicInstant) -> Bool { effect != .read && now > notAfter }
}

/// How long each phase of a transfer took, from its start; zero for a phase that did not happen.
public struct HTTPTimings: Hashable, Sendable {
    public var nameLookup: Duration = .zero
    public var connect: Duration = .zero
    public var tlsHandshake: Duration = .zero
    /// Until the first byte of the answer.
    public var firstByte: Duration = .zero
    public var total: Duration = .zero
    public var reusedConnection = false

    public init() {}
}

/// One whole answer, whatever its status.
public struct HTTPResponse: Sendable {
    public var status: Int
    public var headers: [HTTPHeader]
    public var body: PaddedBytes
    public var timings: HTTPTimings

    public init(status: Int, headers: [HTTPHeader] = [], body: PaddedBytes, timings: HTTPTimings = HTTPTimings()) {
        self.status = status
        self.headers = headers
        self.body = body
        self.timings = timings
    }

    /// The first header of that name, whatever its capitals.
    public func header(_ name: String) -> String? {
        let wanted = name.lowercased()
        return headers.first { $0.name.lowercased() == wanted }?.value
    }

    public var isSuccess: Bool { (200..<300).contains(status) }
}
