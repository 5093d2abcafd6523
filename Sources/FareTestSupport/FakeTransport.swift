public import FarePorts
public import Resilience
import Synchronization

/// A transport that answers from a script, and remembers what it was asked.
///
/// It keeps the port's promises: it ends at the request's timeout or deadline, at cancellation, and refuses what is too
/// late to be sent.
public final class FakeTransport: HTTPTransport {
    /// What happens to one request.
    public indirect enum Reply: Sendable {
        case answer(_ status: Int, headers: [HTTPHeader] = [], body: String = "")
        case fail(TransportError)
        /// Nothing ever comes.
        case hang
        case after(Duration, Reply)
    }

    private struct State {
        var requests: [HTTPRequest] = []
        var inFlight = 0
        var mostInFlight = 0
    }

    private let clock: any MonotonicClock
    private let reply: @Sendable (_ request: HTTPRequest, _ index: Int) -> Reply
    private let state = Mutex(State())

    /// - Parameter reply: asked once a request, with how many came before it.
    public init(
        clock: any MonotonicClock, reply: @escaping @Sendable (_ request: HTTPRequest, _ index: Int) -> Reply
    ) {
        self.clock = clock
        self.reply = reply
    }

    /// Replies in order, and then `otherwise` for ever.
    public convenience init(clock: any MonotonicClock, _ replies: [Reply], otherwise: Reply = .answer(200)) {
        self.init(clock: clock) { _, index in index < replies.count ? replies[index] : otherwise }
    }

    /// Every request that was sent, in order.
    public var requests: [HTTPRequest] { state.withLock { $0.requests } }
    public var inFlight: Int { state.withLock { $0.inFlight } }
    /// The most that were in flight at once.
    public var mostInFlight: Int { state.withLock { $0.mostInFlight } }

    public func send(_ request: HTTPRequest) async throws(TransportError) -> HTTPResponse {
        if request.isTooLate(at: clock.now) { throw TransportError(.tooLate, maybeSent: false) }
        let index = state.withLock { state in
            state.requests.append(request)
            state.inFlight += 1
            state.mostInFlight = max(state.mostInFlight, state.inFlight)
            return state.requests.count - 1
        }
        defer { state.withLock { $0.inFlight -= 1 } }
        let start = clock.now
        let end = min(request.deadline, request.timeout.map { start.advanced(by: $0) } ?? request.deadline)
        return try await perform(reply(request, index), until: end)
    }

    private func perform(_ reply: Reply, until end: MonotonicInstant) async throws(TransportError) -> HTTPResponse {
        switch reply {
        case .answer(let status, let headers, let body):
            return HTTPResponse(status: status, headers: headers, body: PaddedBytes(body))
        case .fail(let error):
            throw error
        case .hang:
            try await sleep(until: end)
            throw TransportError(.timedOut, maybeSent: true)
        case .after(let delay, let next):
            let due = clock.now.advanced(by: delay)
            guard due <= end else { return try await perform(.hang, until: end) }
            try await sleep(until: due)
            return try await perform(next, until: end)
        }
    }

    private func sleep(until instant: MonotonicInstant) async throws(TransportError) {
        do {
            try await clock.sleep(until: instant)
        } catch {
            throw TransportError(.cancelled, maybeSent: true)
        }
    }
}
