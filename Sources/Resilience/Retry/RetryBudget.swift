/// Bounds how much load retries add to a peer that is failing already: a token bucket.
///
/// Every request earns a share of a retry; a floor that time refills lets a quiet service retry too. So over any span,
/// retries ≤ `floor` + `share` · requests + `floorPerSecond` · seconds.
public struct RetryBudget: Hashable, Sendable {
    private let share: Double
    private let floor: Double
    private let floorPerSecond: Double
    private let ceiling: Double
    private var tokens: Double
    private var refilledAt: MonotonicInstant

    /// - Parameters:
    ///   - share: retries a request; 0.2 lets retries add 20 %.
    ///   - floor: retries that are there without any request, refilled at `floorPerSecond`.
    ///   - ceiling: the most that can be saved up, so that a long calm does not pay for a storm.
    public init(
        share: Double = 0.2, floor: Double = 3, floorPerSecond: Double = 1, ceiling: Double = 10,
        now: MonotonicInstant
    ) {
        self.share = max(0, share)
        self.floor = max(0, floor)
        self.floorPerSecond = max(0, floorPerSecond)
        self.ceiling = max(ceiling, self.floor)
        tokens = self.floor
        refilledAt = now
    }

    /// Counts a request: the first attempt, not a retry.
    public mutating func countRequest() {
        tokens = min(ceiling, tokens + share)
    }

    /// Pays for one retry, if there is enough for it.
    public mutating func withdraw(at now: MonotonicInstant) -> Bool {
        refill(at: now)
        guard tokens >= 1 else { return false }
        tokens -= 1
        return true
    }

    private mutating func refill(at now: MonotonicInstant) {
        let passed = refilledAt.duration(to: now)
        guard passed > .zero else { return }
        refilledAt = now
        guard tokens < floor else { return }
        tokens = min(floor, tokens + Double(passed.nanoseconds) / 1e9 * floorPerSecond)
    }
}
