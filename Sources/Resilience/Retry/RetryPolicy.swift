/// How often, and after which pause, a failed call is tried again.
///
/// The pause has full jitter, `U(0, min(cap, base·2ⁿ))`: it spreads the callers that one outage has brought into step
/// (Marc Brooker, "Exponential Backoff And Jitter", AWS Architecture Blog, 2015).
public struct RetryPolicy: Hashable, Sendable {
    /// In all, the first included; at least one.
    public var attempts: Int
    public var base: Duration
    public var cap: Duration

    public init(attempts: Int = 3, base: Duration = .milliseconds(50), cap: Duration = .milliseconds(1000)) {
        self.attempts = max(1, attempts)
        self.base = max(.zero, base)
        self.cap = max(.zero, cap)
    }

    /// When to try again after `failed` attempts, or nil to give up at once.
    ///
    /// - Parameters:
    ///   - retryAfter: the least pause that the peer asked for.
    ///   - deadline: a retry that could only start then or later is not worth waiting for.
    public func nextAttempt(
        afterFailed failed: Int, now: MonotonicInstant, deadline: MonotonicInstant, retryAfter: Duration? = nil,
        using generator: inout some RandomNumberGenerator
    ) -> MonotonicInstant? {
        guard failed < attempts else { return nil }
        let pause = max(backoff(beforeRetry: failed, using: &generator), retryAfter ?? .zero)
        let instant = now.advanced(by: pause)
        return instant < deadline ? instant : nil
    }

    /// The pause before the n-th retry, counted from one.
    func backoff(beforeRetry number: Int, using generator: inout some RandomNumberGenerator) -> Duration {
        .nanoseconds(Int64.random(in: 0...ceiling(beforeRetry: number).nanoseconds, using: &generator))
    }

    /// The longest pause before the n-th retry, counted from one.
    func ceiling(beforeRetry number: Int) -> Duration {
        // 2⁶² ns is 146 years: past any cap that makes sense, and no overflow.
        let doublings = min(max(0, number - 1), 62)
        let (product, overflow) = base.nanoseconds.multipliedReportingOverflow(by: 1 << doublings)
        return overflow ? cap : min(cap, .nanoseconds(product))
    }
}
