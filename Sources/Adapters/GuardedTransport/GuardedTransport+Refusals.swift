import FarePorts
import Resilience

/// The words of the policies, in those of the port.
extension GuardedTransport {
    /// Asks a circuit.
    func admitted<Permit>(_ ask: () throws(CircuitOpen) -> Permit) throws(TransportError) -> Permit {
        do {
            return try ask()
        } catch {
            throw TransportError(
                .circuitOpen, maybeSent: false, retryAfter: error.retryAfter, detail: "\(provider): circuit open")
        }
    }

    /// Waits for a slot.
    func enter(_ priority: Priority, until deadline: MonotonicInstant) async throws(TransportError) {
        do {
            try await bulkhead.acquire(priority, until: deadline)
        } catch .cancelled {
            throw TransportError(.cancelled, maybeSent: false)
        } catch {
            throw TransportError(.overloaded, maybeSent: false, detail: "\(provider): too many calls in flight")
        }
    }

    /// Waits for a turn.
    func takeTurn(_ priority: Priority, until deadline: MonotonicInstant) async throws(TransportError) {
        do {
            try await limiter.acquire(priority, until: deadline)
        } catch .cancelled {
            throw TransportError(.cancelled, maybeSent: false)
        } catch .deadline(let retryAfter) {
            throw TransportError(
                .rateLimited, maybeSent: false, retryAfter: retryAfter, detail: "\(provider): no turn in time")
        } catch {
            throw TransportError(.rateLimited, maybeSent: false, detail: "\(provider): too many calls wait")
        }
    }

    func checkTime(of request: HTTPRequest, at now: MonotonicInstant) throws(TransportError) {
        if request.isTooLate(at: now) { throw TransportError(.tooLate, maybeSent: false) }
        guard now < request.deadline else { throw TransportError(.timedOut, maybeSent: false) }
    }
}

extension HTTPRequest {
    /// After this it is no use, or not allowed, to send it.
    var latestStart: MonotonicInstant {
        effect == .read ? deadline : min(deadline, notAfter)
    }
}

extension Attempt {
    var isCancellation: Bool {
        switch self {
        case .answered: false
        case .failed(let error), .refused(let error): error.code == .cancelled
        }
    }
}
