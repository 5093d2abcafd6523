public import FareDomain
import Glibc
public import Resilience

/// A source of civil time, which may jump. Injected wherever a date or an expiry matters.
public protocol WallClock: Sendable {
    var timestamp: Timestamp { get }
}

extension SystemClock: WallClock {
    public var timestamp: Timestamp {
        var time = timespec()
        // Can't fail: CLOCK_REALTIME always exists and the pointer is ours.
        clock_gettime(CLOCK_REALTIME, &time)
        return Timestamp(millisecondsSinceEpoch: Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000)
    }
}
