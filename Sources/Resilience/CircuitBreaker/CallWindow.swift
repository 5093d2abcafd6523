/// How calls ended.
struct CallCounts: Hashable, Sendable {
    var calls = 0
    var failures = 0
    var slow = 0

    static func -= (left: inout CallCounts, right: CallCounts) {
        left.calls &-= right.calls
        left.failures &-= right.failures
        left.slow &-= right.slow
    }

    var failureRate: Double { calls == 0 ? 0 : Double(failures) / Double(calls) }
    var slowRate: Double { calls == 0 ? 0 : Double(slow) / Double(calls) }
}

/// Counts over a sliding window of time, in buckets: memory does not grow with the calls, and no step looks at more
/// than the buckets.
struct CallWindow: Sendable {
    private static let bucketCount = 10

    private let width: Int64
    private var buckets = [CallCounts](repeating: CallCounts(), count: bucketCount)
    private var current = 0
    /// When the current bucket ends, in nanoseconds.
    private var edge: Int64
    /// The sum of all buckets.
    private(set) var total = CallCounts()

    /// - Parameter length: what is forgotten is between nine tenths of this and this old.
    init(length: Duration, now: MonotonicInstant) {
        width = max(1, length.nanoseconds / Int64(CallWindow.bucketCount))
        edge = now.nanoseconds &+ width
    }

    mutating func record(failed: Bool, slow: Bool) {
        let failures = failed ? 1 : 0
        let slow = slow ? 1 : 0
        buckets[current].calls &+= 1
        buckets[current].failures &+= failures
        buckets[current].slow &+= slow
        total.calls &+= 1
        total.failures &+= failures
        total.slow &+= slow
    }

    /// Forgets what is too old at `now`.
    @inline(__always)
    mutating func advance(to now: MonotonicInstant) {
        if now.nanoseconds >= edge { turn(to: now) }
    }

    private mutating func turn(to now: MonotonicInstant) {
        let steps = (now.nanoseconds &- edge) / width &+ 1
        edge &+= steps &* width
        for _ in 0..<min(steps, Int64(CallWindow.bucketCount)) {
            current = (current + 1) % CallWindow.bucketCount
            total -= buckets[current]
            buckets[current] = CallCounts()
        }
    }
}
