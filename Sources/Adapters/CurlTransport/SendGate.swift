import FarePorts
import Resilience

/// Decides, right before a request's first byte, whether it may still go; and knows ever after whether it went.
struct SendGate {
    private let request: HTTPRequest
    /// No byte has reached the peer as long as this is false.
    private(set) var hasOpened = false
    /// Why it stayed shut the last time.
    private(set) var refusal: TransportError.Code?

    init(_ request: HTTPRequest) { self.request = request }

    /// Why a request may not be sent any more; nil if it may.
    static func refusal(of request: HTTPRequest, at now: MonotonicInstant) -> TransportError.Code? {
        if request.isTooLate(at: now) { return .tooLate }
        return now >= request.deadline ? .timedOut : nil
    }

    /// libcurl has a connection and is about to send: the first time, or once more after the connection died.
    mutating func open(at now: MonotonicInstant) -> Bool {
        refusal = SendGate.refusal(of: request, at: now)
        if request.effect == .once, hasOpened { refusal = .connectionLost }
        guard refusal == nil else { return false }
        hasOpened = true
        return true
    }
}
