import FareDomain
import FarePorts
import Resilience

/// This process, among all that share the store: how it owns bookings, and how long what it owns may be acted upon.
struct Ownership: Sendable {
    /// How long a booking stays its owner's without a sign of life.
    static let lease = Duration.seconds(10)
    /// How often there is one.
    static let renewal = Duration.seconds(3)
    /// What changes something is not sent later than this after it was written down: inside the lease that the writing
    /// renewed, so that a process that was paused sends nothing when somebody else has its bookings.
    static let sendingWindow = Duration.seconds(8)

    /// New at each start.
    let owner: String
    /// Which run of the machine the monotonic clock belongs to.
    let boot: String
    let clock: any MonotonicClock & WallClock

    func lease() -> Lease { Lease(owner: owner, until: clock.timestamp.advanced(by: Self.lease)) }

    /// How long a call that was intended can yet have an effect, for whoever takes its booking over.
    ///
    /// Civil time may have been set since, so it counts on the monotonic clock; and in full where that is another one.
    func left(of sentBy: SentBy?, longestCall: Duration) -> Duration {
        guard let sentBy, sentBy.boot == boot else { return Self.sendingWindow + longestCall }
        let sent = clock.now.duration(to: MonotonicInstant(nanoseconds: sentBy.nanoseconds))
        return max(.zero, min(sent, Self.sendingWindow) + longestCall)
    }
}
