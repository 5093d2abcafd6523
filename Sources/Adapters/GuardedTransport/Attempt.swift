import FarePorts
import Resilience

/// What came of one attempt, and what follows from it.
enum Attempt: Sendable {
    case answered(HTTPResponse)
    case failed(TransportError)
    /// By our own policies: nothing was sent.
    case refused(TransportError)

    /// Whether the peer may have acted without saying so.
    var isAmbiguous: Bool {
        switch self {
        case .answered(let response): response.status >= 500 || response.status == 408
        case .failed(let error): error.maybeSent
        case .refused: false
        }
    }

    /// Whether it tells nothing of what an earlier, ambiguous attempt has done.
    ///
    /// Under an idempotency key a refusal that the peer did not keep under it was its own: the request before it may be
    /// heard yet. Stripe keeps what it has begun to do, its 402 "declined" among it, and says so when it answers again.
    func leavesEarlierOpen(_ effect: Effect) -> Bool {
        switch self {
        case .failed(let error): return !error.maybeSent
        case .refused: return true
        case .answered(let response):
            guard case .idempotent = effect, (400..<500).contains(response.status) else {
                return response.status == 429
            }
            return response.status != 402 && response.header("Idempotent-Replayed") == nil
        }
    }

    /// Whether trying again may help, and does no harm.
    func isRetryable(_ effect: Effect) -> Bool {
        switch (self, effect) {
        case (.refused, _), (.answered, .once):
            false
        case (.failed(let error), .once):
            error.code == .couldNotConnect && !error.maybeSent
        case (.failed(let error), _):
            [.couldNotConnect, .connectionLost, .timedOut].contains(error.code)
        case (.answered(let response), _):
            // A peer that keeps answers under an idempotency key keeps its 500 too (Stripe: "Idempotent requests").
            [408, 429, 502, 503, 504].contains(response.status) || (response.status == 500 && effect == .read)
        }
    }

    /// What it says about the peer's health.
    ///
    /// - Parameter cutShort: its end was the caller's deadline, which left less time than a slow call takes.
    func outcome(cutShort: Bool) -> CallOutcome {
        switch self {
        case .refused: .neutral
        case .answered(let response): Attempt.outcome(ofStatus: response.status)
        case .failed(let error): cutShort ? .neutral : Attempt.outcome(of: error.code)
        }
    }

    private static func outcome(ofStatus status: Int) -> CallOutcome {
        switch status {
        case 200..<400: .success
        case 408, 500...: .failure
        default: .neutral
        }
    }

    private static func outcome(of code: TransportError.Code) -> CallOutcome {
        switch code {
        case .couldNotConnect, .untrusted, .timedOut, .connectionLost, .malformedAnswer, .bodyTooLarge: .failure
        case .cancelled, .badRequest, .tooLate, .overloaded, .circuitOpen, .rateLimited, .shutDown: .neutral
        }
    }

    func get() throws(TransportError) -> HTTPResponse {
        switch self {
        case .answered(let response): return response
        case .failed(let error), .refused(let error): throw error
        }
    }
}
