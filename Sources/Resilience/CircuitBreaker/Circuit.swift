/// The circuit breaker's state machine: a value, without a clock or a lock of its own.
///
/// Time comes in with every call; whatever it brings about (a hang that counts as slow, the end of the open time, a
/// probe's expiry) happens then.
struct Circuit: Sendable {
    private enum Phase {
        case closed
        case open(until: MonotonicInstant)
        case halfOpen(ProbeLeases)
        case forcedOpen
        case forcedClosed
    }

    private let configuration: CircuitConfiguration
    private var phase = Phase.closed
    private var generation: UInt64 = 0
    private var since: MonotonicInstant
    private var window: CallWindow
    /// Of this generation's calls.
    private var watch: OverdueWatch
    /// What the window held when the circuit last tripped.
    private var tripped = CallCounts()
    private var rejected = 0

    init(_ configuration: CircuitConfiguration, now: MonotonicInstant) {
        self.configuration = configuration
        since = now
        window = CallWindow(length: configuration.window, now: now)
        watch = OverdueWatch(limit: configuration.slowAfter, now: now)
    }

    mutating func acquire(at now: MonotonicInstant) throws(CircuitOpen) -> CircuitPermit {
        try check(at: now)
        var probe: Int?
        if case .halfOpen(var leases) = phase {
            probe = leases.lease(at: now)
            phase = .halfOpen(leases)
        }
        return CircuitPermit(startedAt: now, generation: generation, startBucket: watch.start(), probe: probe)
    }

    /// Whether a call would be let through now, without making one.
    mutating func check(at now: MonotonicInstant) throws(CircuitOpen) {
        advance(to: now)
        switch phase {
        case .closed, .forcedClosed: return
        case .halfOpen(let leases): if !leases.hasRoom { throw refuse(until: leases.firstExpiry, now: now) }
        case .open(let until): throw refuse(until: until, now: now)
        case .forcedOpen: throw refuse(until: nil, now: now)
        }
    }

    /// Takes a permit back. One of an older generation changes nothing.
    mutating func record(_ outcome: CallOutcome, of permit: CircuitPermit, at now: MonotonicInstant) {
        advance(to: now)
        guard permit.generation == generation else { return }
        watch.end(startedIn: permit.startBucket)
        let slow = now.nanoseconds &- permit.startedAt.nanoseconds >= configuration.slowAfter.nanoseconds
        if case .halfOpen(var leases) = phase {
            if let probe = permit.probe { leases.end(probe, outcome, slow: slow) }
            phase = .halfOpen(leases)
        } else if outcome != .neutral || slow {
            window.record(failed: outcome == .failure, slow: slow)
        }
        judge(at: now)
    }

    mutating func force(_ override: CircuitOverride, at now: MonotonicInstant) {
        advance(to: now)
        switch (override, phase) {
        case (.forcedOpen, .forcedOpen), (.forcedClosed, .forcedClosed): return
        case (.forcedOpen, _): enter(.forcedOpen, at: now)
        case (.forcedClosed, _): enter(.forcedClosed, at: now)
        case (.auto, .forcedOpen), (.auto, .forcedClosed): enter(.closed, at: now)
        case (.auto, _): return
        }
    }

    mutating func snapshot(at now: MonotonicInstant) -> CircuitSnapshot {
        advance(to: now)
        var counts = current
        var nextProbeAt: MonotonicInstant?
        let state: CircuitState
        switch phase {
        case .closed:
            state = .closed
        case .open(let until):
            state = .open
            counts = tripped
            nextProbeAt = until
        case .halfOpen(let leases):
            state = .halfOpen
            counts = tripped
            nextProbeAt = leases.hasRoom ? nil : leases.firstExpiry
        case .forcedOpen:
            state = .forcedOpen
        case .forcedClosed:
            state = .forcedClosed
        }
        return CircuitSnapshot(
            state: state, since: since, failureRate: counts.failureRate, slowRate: counts.slowRate,
            calls: counts.calls, rejected: rejected, nextProbeAt: nextProbeAt)
    }

    /// The window, and the calls that have been in flight for too long.
    private var current: CallCounts {
        var counts = window.total
        counts.calls += watch.overdue
        counts.slow += watch.overdue
        return counts
    }

    @inline(__always)
    private mutating func advance(to now: MonotonicInstant) {
        window.advance(to: now)
        let overdue = watch.overdue
        watch.advance(to: now)
        switch phase {
        case .closed:
            if watch.overdue != overdue { judge(at: now) }
        case .forcedClosed, .forcedOpen:
            break
        case .open(let until):
            if now >= until {
                enter(
                    .halfOpen(ProbeLeases(limit: configuration.probes, timeout: configuration.probeTimeout)), at: now)
            }
        case .halfOpen(var leases):
            leases.expire(at: now)
            phase = .halfOpen(leases)
            judge(at: now)
        }
    }

    /// Opens or closes the circuit if what has been counted says so.
    private mutating func judge(at now: MonotonicInstant) {
        switch phase {
        case .closed:
            let counts = current
            guard counts.calls >= configuration.minimumCalls, counts.reaches(configuration) else { return }
            tripped = counts
            enter(.open(until: now.advanced(by: configuration.openFor)), at: now)
        case .halfOpen(let leases):
            switch leases.verdict(overdue: watch.overdue, configuration) {
            case .healthy: enter(.closed, at: now)
            case .unhealthy: enter(.open(until: now.advanced(by: configuration.openFor)), at: now)
            case nil: return
            }
        case .open, .forcedOpen, .forcedClosed:
            return
        }
    }

    private mutating func enter(_ next: Phase, at now: MonotonicInstant) {
        phase = next
        generation += 1
        since = now
        watch = OverdueWatch(limit: configuration.slowAfter, now: now)
        // Half-open keeps its own counts; every other state starts from nothing.
        window = CallWindow(length: configuration.window, now: now)
    }

    private mutating func refuse(until: MonotonicInstant?, now: MonotonicInstant) -> CircuitOpen {
        rejected += 1
        return CircuitOpen(retryAfter: until.map { max(.zero, now.duration(to: $0)) })
    }
}
