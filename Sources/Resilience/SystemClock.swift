import Glibc

/// The machine's own clock: CLOCK_BOOTTIME, which runs on through suspension and SIGSTOP.
public struct SystemClock: MonotonicClock {
    public init() {}

    public var now: MonotonicInstant {
        var time = timespec()
        // Can't fail: the clock exists since Linux 2.6.39 and the pointer is ours.
        clock_gettime(CLOCK_BOOTTIME, &time)
        return MonotonicInstant(nanoseconds: Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec))
    }

    public func sleep(until instant: MonotonicInstant) async throws(CancellationError) {
        let wait = now.duration(to: instant)
        guard wait > .zero else {
            if Task.isCancelled { throw CancellationError() }
            return
        }
        do {
            try await Task.sleep(for: wait, clock: .continuous)
        } catch {
            throw CancellationError()
        }
    }
}
