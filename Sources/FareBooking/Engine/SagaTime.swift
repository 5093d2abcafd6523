import FareDomain
import FarePorts
import Resilience

/// Civil time at the start of the work, moved on by the monotonic clock: setting the machine's clock moves no deadline.
struct SagaTime: Sendable {
    private let at: Timestamp
    private let on: MonotonicInstant

    init(_ clock: any MonotonicClock & WallClock) {
        at = clock.timestamp
        on = clock.now
    }

    func now(_ clock: any MonotonicClock) -> Timestamp { at.advanced(by: on.duration(to: clock.now)) }
}
