/// Knows how many calls have been in flight for too long, without knowing each call.
///
/// Calls are counted by when they started, in buckets of a 32nd of the limit: a hang is noticed at most that much late,
/// in bounded memory, at no cost that grows with the calls in flight.
struct OverdueWatch: Sendable {
    private static let bucketsOfLimit: Int64 = 32
    /// The current bucket, the one that is partly overdue, and those between.
    private static let bucketCount = Int(bucketsOfLimit) + 1

    private let width: Int64
    private var started = [Int](repeating: 0, count: bucketCount)
    /// Counts buckets since the start; `started` has the last `bucketCount` of them.
    private var current: Int64 = 0
    /// When the current bucket ends, in nanoseconds.
    private var edge: Int64
    /// Calls in flight for longer than the limit.
    private(set) var overdue = 0

    /// - Parameter limit: how long a call may take.
    init(limit: Duration, now: MonotonicInstant) {
        width = max(1, (limit.nanoseconds &+ OverdueWatch.bucketsOfLimit &- 1) / OverdueWatch.bucketsOfLimit)
        edge = now.nanoseconds &+ width
    }

    /// Returns what `end` needs to know.
    mutating func start() -> Int64 {
        started[slot(of: current)] &+= 1
        return current
    }

    mutating func end(startedIn bucket: Int64) {
        if current &- bucket >= Int64(OverdueWatch.bucketCount) {
            overdue &-= 1
        } else {
            started[slot(of: bucket)] &-= 1
        }
    }

    /// Moves what has become overdue at `now`.
    @inline(__always)
    mutating func advance(to now: MonotonicInstant) {
        if now.nanoseconds >= edge { turn(to: now) }
    }

    private mutating func turn(to now: MonotonicInstant) {
        let steps = (now.nanoseconds &- edge) / width &+ 1
        edge &+= steps &* width
        for step in 1...min(steps, Int64(OverdueWatch.bucketCount)) {
            let slot = slot(of: current &+ step)
            overdue &+= started[slot]
            started[slot] = 0
        }
        current &+= steps
    }

    @inline(__always)
    private func slot(of bucket: Int64) -> Int {
        Int(truncatingIfNeeded: UInt64(truncatingIfNeeded: bucket) % UInt64(OverdueWatch.bucketCount))
    }
}
