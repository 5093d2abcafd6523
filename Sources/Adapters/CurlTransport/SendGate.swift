import FarePorts
import Resilience

/// Decides, right before a request's first byte, whether it may still go; and knows ever after whether it went.
struct SendGate {
    private let effect: Effect
    private let deadline: MonotonicInstant
    /// No byte has reached the peer as long as this is false.
    private(set) var hasOpened = false
    /// Why it stayed shut the last time.
    private(set) var refusal: TransportError.Code?

    init(effect: Effect, deadline: MonotonicInstant) {
        self.effect = effect
        self.deadline = deadline
    }

    /// When a request may be sent at the latest.
    static func refusal(of effect: Effect, deadline: MonotonicInstant, at now: MonotonicInstant) -> TransportError.Code?
    {
        if case .once(let notAfter) = effect, now > notAfter { return .tooLate }
        return now >= deadline ? .timedOut : nil
    }

    /// libcurl has a connection and is about to send: the first time, or once more after the connection died.
    mutating func open(at now: MonotonicInstant) -> Bool {
        refusal = SendGate.refusal(of: effect, deadline: deadline, at: now)
        if case .once = effect, hasOpened { refusal = .connectionLost }
        guard refusal == nil else { return false }
        hasOpened = true
        return true
    }
}
