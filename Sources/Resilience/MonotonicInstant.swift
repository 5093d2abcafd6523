/// A reading of a clock that only runs forwards, also while the machine sleeps or the process is stopped.
public struct MonotonicInstant: Hashable, Sendable, Comparable {
    /// Nanoseconds since an arbitrary start, the same for every process of one boot.
    public let nanoseconds: Int64

    public init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }

    public static let distantFuture = MonotonicInstant(nanoseconds: .max)

    public static func < (left: MonotonicInstant, right: MonotonicInstant) -> Bool {
        left.nanoseconds < right.nanoseconds
    }

    /// Saturates at the ends rather than trapping.
    public func advanced(by duration: Duration) -> MonotonicInstant {
        let (sum, overflow) = nanoseconds.addingReportingOverflow(duration.nanoseconds)
        guard overflow else { return MonotonicInstant(nanoseconds: sum) }
        return MonotonicInstant(nanoseconds: duration < .zero ? .min : .max)
    }

    /// How long it is from this instant to `other`; negative if `other` is earlier.
    public func duration(to other: MonotonicInstant) -> Duration {
        let (difference, overflow) = other.nanoseconds.subtractingReportingOverflow(nanoseconds)
        return .nanoseconds(overflow ? (other > self ? .max : .min) : difference)
    }
}

/// A source of monotonic time, injected wherever time matters.
public protocol MonotonicClock: Sendable {
    var now: MonotonicInstant { get }
    /// - Throws: `CancellationError`, at once, when the task is cancelled.
    func sleep(until instant: MonotonicInstant) async throws(CancellationError)
}

extension MonotonicClock {
    public func sleep(for duration: Duration) async throws(CancellationError) {
        try await sleep(until: now.advanced(by: duration))
    }
}

extension Duration {
    /// Whole nanoseconds; saturates at Int64's ends.
    public var nanoseconds: Int64 {
        let (seconds, attoseconds) = components
        let (scaled, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        guard !overflow else { return seconds < 0 ? .min : .max }
        let (sum, carried) = scaled.addingReportingOverflow(attoseconds / 1_000_000_000)
        guard !carried else { return seconds < 0 ? .min : .max }
        return sum
    }
}
