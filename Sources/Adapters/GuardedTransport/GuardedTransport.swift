public import FareDomain
public import FarePorts
public import Resilience
import Synchronization

/// Puts one provider's policies in front of another transport.
///
/// Each attempt passes the bulkhead, the rate limiter and its lane's circuit breaker, in this order; what failed is
/// retried as far as the request's `Effect`, the deadline and the retry budget allow. Searches leave the booking share
/// of slots and quota to the other lanes. While a retry waits, it holds no slot.
///
/// A request that one policy refuses ends with `circuitOpen`, `overloaded` or `rateLimited`, and was not sent. Where an
/// earlier attempt may have reached the provider, its end is what is reported: a refused retry never turns "unknown"
/// into "not sent".
public final class GuardedTransport: HTTPTransport {
    public let provider: ProviderID
    private let configuration: GuardConfiguration
    private let transport: any HTTPTransport
    private let clock: any MonotonicClock
    private let wallClock: any WallClock
    private let observer: (any CallObserver)?
    let bulkhead: Bulkhead
    let limiter: RateLimiter
    private let circuits: LaneCircuits
    private let budget: Mutex<RetryBudget>
    private let generator: Mutex<any RandomNumberGenerator & Sendable>
    private let latencies = Mutex(LatencyWindow())

    /// - Parameters:
    ///   - transport: sends what is let through.
    ///   - wallClock: for pauses that the provider states as a date.
    ///   - generator: for the jitter of retries.
    public init(
        _ transport: any HTTPTransport, provider: ProviderID, configuration: GuardConfiguration,
        clock: any MonotonicClock, wallClock: any WallClock, observer: (any CallObserver)? = nil,
        generator: any RandomNumberGenerator & Sendable = SystemRandomNumberGenerator()
    ) {
        let limits = configuration.limits
        let now = clock.now
        self.provider = provider
        self.configuration = configuration
        self.transport = transport
        self.clock = clock
        self.wallClock = wallClock
        self.observer = observer
        bulkhead = Bulkhead(
            limit: limits.inFlight, reservedShare: limits.bookingShare, queue: limits.queue, clock: clock)
        limiter = RateLimiter(
            RateLimit(
                perSecond: limits.perSecond, spacing: limits.spacing, reservedShare: limits.bookingShare,
                queue: limits.queue), clock: clock)
        circuits = LaneCircuits(configuration.breaker, now: now)
        budget = Mutex(RetryBudget(share: configuration.retryBudget, now: now))
        self.generator = Mutex(generator)
    }

    /// Forces a lane's circuit open or closed, or leaves it to the calls again.
    public func force(_ override: CircuitOverride, lane: Lane) {
        circuits[lane].force(override, at: clock.now)
    }

    /// The provider as it stands now, for operators. Cheap enough for every look at `/health`.
    public func snapshot() -> GuardSnapshot {
        let now = clock.now
        let timestamp = wallClock.timestamp
        let quantiles = latencies.withLock { $0.quantiles([0.5, 0.95], at: now) }
        return GuardSnapshot(
            provider: provider,
            circuits: Lane.allCases.map { lane in
                .init(lane: lane, circuits[lane].snapshot(at: now), now: now, timestamp: timestamp)
            },
            inFlight: bulkhead.inFlight, quotaRemaining: limiter.remaining, latencyP50: quantiles[0],
            latencyP95: quantiles[1])
    }

    public func send(_ request: HTTPRequest) async throws(TransportError) -> HTTPResponse {
        budget.withLock { $0.countRequest() }
        var number = 1
        /// The last attempt that was made, and the last one after which the provider may have acted.
        var made: Attempt?
        var ambiguous: Attempt?
        while true {
            let attempt = await attempt(request, number: number)
            guard let retryAt = retry(attempt, of: request, number: number) else {
                return try conclude(attempt, of: request, made: made, ambiguous: ambiguous)
            }
            made = attempt
            if attempt.isAmbiguous { ambiguous = attempt }
            do {
                try await clock.sleep(until: retryAt)
            } catch {
                throw TransportError(.cancelled, maybeSent: ambiguous != nil, detail: "while waiting for a retry")
            }
            number += 1
        }
    }

    /// Which attempt's end is the request's: not always the last one's.
    private func conclude(
        _ last: Attempt, of request: HTTPRequest, made: Attempt?, ambiguous: Attempt?
    ) throws(TransportError) -> HTTPResponse {
        if last.isCancellation { throw TransportError(.cancelled, maybeSent: last.isAmbiguous || ambiguous != nil) }
        if let ambiguous, last.leavesEarlierOpen(request.effect) { return try ambiguous.get() }
        if case .refused = last, let made { return try made.get() }
        return try last.get()
    }

    /// When to try again, if that is allowed; pays for it from the budget.
    private func retry(_ attempt: Attempt, of request: HTTPRequest, number: Int) -> MonotonicInstant? {
        guard attempt.isRetryable(request.effect) else { return nil }
        var retryAfter: Duration?
        if case .answered(let response) = attempt {
            retryAfter = PeerPause.requested(by: response, now: wallClock.timestamp)
        }
        let now = clock.now
        let next = generator.withLock { generator in
            configuration.retry.nextAttempt(
                afterFailed: number, now: now, deadline: request.latestStart, retryAfter: retryAfter,
                using: &generator)
        }
        guard let next, budget.withLock({ $0.withdraw(at: now) }) else { return nil }
        return next
    }

    /// Lets one attempt through the policies, and gives back what they lent, whatever becomes of it.
    private func attempt(_ request: HTTPRequest, number: Int) async -> Attempt {
        let start = clock.now
        let priority: Priority = request.lane == .search ? .ordinary : .preferred
        let circuit = circuits[request.lane]
        do {
            // An open circuit costs nobody a slot, nor a turn.
            try admitted { () throws(CircuitOpen) in try circuit.check(at: start) }
            try await enter(priority, until: request.latestStart)
            defer { bulkhead.release(priority) }
            try await takeTurn(priority, until: request.latestStart)
            let sent = clock.now
            try checkTime(of: request, at: sent)
            let permit = try admitted { () throws(CircuitOpen) in try circuit.acquire(at: sent) }
            let (attempt, cutShort) = await transfer(request, at: sent)
            let ended = clock.now
            circuit.record(attempt.outcome(cutShort: cutShort), of: permit, at: ended)
            heed(attempt)
            observe(attempt, of: request, number: number, waited: start.duration(to: sent), sent: sent, ended: ended)
            return attempt
        } catch {
            let now = clock.now
            let attempt = Attempt.refused(error)
            observe(attempt, of: request, number: number, waited: start.duration(to: now), sent: now, ended: now)
            return attempt
        }
    }

    /// Sends the request with the limits of its operation. Also tells whether the caller's deadline cut it short.
    private func transfer(_ request: HTTPRequest, at start: MonotonicInstant) async -> (Attempt, cutShort: Bool) {
        let timeouts = configuration.timeouts
        let own = timeouts.timeout(of: request.operation, lane: request.lane)
        let timeout = min(own, request.timeout ?? own)
        let connectTimeout = min(timeouts.connect, request.connectTimeout ?? timeouts.connect)
        let left = start.duration(to: request.deadline)
        var limited = request
        limited.timeout = min(timeout, left)
        limited.connectTimeout = min(connectTimeout, left)
        limited.bodyLimit = min(configuration.limits.bodyBytes, request.bodyLimit ?? configuration.limits.bodyBytes)
        do {
            return (.answered(try await transport.send(limited)), false)
        } catch {
            let hadTooLittleTime =
                switch error.code {
                case .timedOut: left < min(timeout, configuration.breaker.slowAfter)
                // Refused connections fail at once: they are no matter of time.
                case .couldNotConnect: left < connectTimeout && clock.now >= request.deadline
                default: false
                }
            return (.failed(error), hadTooLittleTime)
        }
    }

    /// A 429 stops all lanes for as long as the provider asks.
    private func heed(_ attempt: Attempt) {
        guard case .answered(let response) = attempt, response.status == 429,
            let pause = PeerPause.requested(by: response, now: wallClock.timestamp)
        else { return }
        limiter.pause(for: min(pause, configuration.limits.longestPause))
    }

    private func observe(
        _ attempt: Attempt, of request: HTTPRequest, number: Int, waited: Duration, sent: MonotonicInstant,
        ended: MonotonicInstant
    ) {
        let duration = sent.duration(to: ended)
        let outcome: CallAttempt.Outcome
        switch attempt {
        case .answered(let response):
            outcome = .answered(status: response.status)
            latencies.withLock { $0.record(duration, endedAt: ended) }
        case .failed(let error):
            outcome = .failed(error.code)
            if error.code == .timedOut { latencies.withLock { $0.record(duration, endedAt: ended) } }
        case .refused(let error):
            outcome = .refused(error.code)
        }
        observer?.attemptEnded(
            CallAttempt(
                provider: provider, operation: request.operation, lane: request.lane, number: number,
                outcome: outcome, waited: waited, duration: duration))
    }
}
