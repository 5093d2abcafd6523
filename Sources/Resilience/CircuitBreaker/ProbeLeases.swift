/// The probes of one half-open spell: never more of them than were allowed, and none for ever.
struct ProbeLeases: Sendable {
    private struct Lease {
        let number: Int
        let expiresAt: MonotonicInstant
    }

    private let limit: Int
    private let timeout: Duration
    private var leases: [Lease] = []
    private var lastNumber = 0
    private(set) var results = CallCounts()

    init(limit: Int, timeout: Duration) {
        self.limit = limit
        self.timeout = timeout
    }

    /// When a lease runs out; nil if none is out.
    var firstExpiry: MonotonicInstant? { leases.first?.expiresAt }

    var hasRoom: Bool { leases.count + results.calls < limit }

    /// Nil when enough probes are out, or have their results.
    mutating func lease(at now: MonotonicInstant) -> Int? {
        guard hasRoom else { return nil }
        lastNumber += 1
        leases.append(Lease(number: lastNumber, expiresAt: now.advanced(by: timeout)))
        return lastNumber
    }

    /// Ignores a probe that has expired: it has counted as failed.
    mutating func end(_ number: Int, _ outcome: CallOutcome, slow: Bool) {
        guard let index = leases.firstIndex(where: { $0.number == number }) else { return }
        leases.remove(at: index)
        // A neutral end makes room for another probe, unless it was slow.
        guard outcome != .neutral || slow else { return }
        results.calls += 1
        if outcome == .failure { results.failures += 1 }
        if slow { results.slow += 1 }
    }

    mutating func expire(at now: MonotonicInstant) {
        while let first = leases.first, first.expiresAt <= now {
            leases.removeFirst()
            results.calls += 1
            results.failures += 1
        }
    }

    enum Verdict {
        case healthy, unhealthy
    }

    /// Nil while it takes more results. The rates are those that trip a closed circuit, out of all the probes.
    func verdict(overdue: Int, _ configuration: CircuitConfiguration) -> Verdict? {
        var counts = results
        counts.calls = limit
        counts.slow += overdue
        if counts.reaches(configuration) { return .unhealthy }
        return results.calls >= limit ? .healthy : nil
    }
}

extension CallCounts {
    /// Whether one of the rates is too high. Without a failure, no failure rate is, however low its limit.
    func reaches(_ configuration: CircuitConfiguration) -> Bool {
        (failures > 0 && Double(failures) >= configuration.failureRate * Double(calls))
            || (slow > 0 && Double(slow) >= configuration.slowRate * Double(calls))
    }
}
