import Resilience

/// A breaker with small, round limits, and the time it lives in.
struct CircuitFixture {
    static let configuration = CircuitConfiguration(
        window: .seconds(10), minimumCalls: 4, failureRate: 0.5, slowAfter: .seconds(2), slowRate: 0.75,
        openFor: .seconds(5), probes: 2, probeTimeout: .seconds(3))

    let breaker: CircuitBreaker
    var now = MonotonicInstant(nanoseconds: 5_000_000_000)

    init(_ configuration: CircuitConfiguration = configuration) {
        breaker = CircuitBreaker(configuration, now: now)
    }

    var snapshot: CircuitSnapshot { breaker.snapshot(at: now) }
    var state: CircuitState { snapshot.state }

    mutating func advance(_ duration: Duration) { now = now.advanced(by: duration) }

    /// Nil if refused.
    func acquire() -> CircuitPermit? { try? breaker.acquire(at: now) }

    func record(_ outcome: CallOutcome, of permit: CircuitPermit?) {
        if let permit { breaker.record(outcome, of: permit, at: now) }
    }

    /// Makes calls one after the other that take `duration` each.
    mutating func call(_ outcome: CallOutcome, times: Int = 1, taking duration: Duration = .zero) {
        for _ in 0..<times {
            let permit = acquire()
            advance(duration)
            record(outcome, of: permit)
        }
    }

    /// An open circuit, at the instant when it has opened.
    static func open() -> CircuitFixture {
        var fixture = CircuitFixture()
        fixture.call(.failure, times: 4)
        return fixture
    }

    /// A circuit that is ready to lend its first probe.
    static func halfOpen() -> CircuitFixture {
        var fixture = open()
        fixture.advance(.seconds(5))
        return fixture
    }
}
