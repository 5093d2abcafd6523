import FareDomain
import FarePorts
import Resilience
import Synchronization

/// A booking that was left at a pause, with no call out.
struct PausedBooking: Sendable {
    /// Of the stored record. Whoever finds another one there can't go on from here.
    var version: Int64
    /// Before then there is nothing to do for it.
    var until: MonotonicInstant
    /// What its times go by: who goes on with it counts its waits on.
    var time: SagaTime
}

/// Bookings of this process that nobody works on at the moment, to be taken up anew.
///
/// Whoever takes one out, or writes to one, has its place on the board first.
final class LeftBookings: Sendable {
    private enum Left {
        /// To be taken up as one that another process left.
        case anyhow
        case paused(PausedBooking)
    }

    private let waiting = Mutex<[BookingID: Left]>([:])

    func add(_ id: BookingID, _ paused: PausedBooking? = nil) {
        waiting.withLock { $0[id] = paused.map { .paused($0) } ?? .anyhow }
    }

    /// Those for which there is something to do.
    func due(at now: MonotonicInstant) -> [BookingID] {
        waiting.withLock { waiting in
            waiting.filter { _, left in
                if case .paused(let paused) = left { return paused.until <= now }
                return true
            }.map(\.key)
        }
    }

    func remove(_ id: BookingID) {
        waiting.withLock { $0[id] = nil }
    }

    /// How to go on with a booking; nil if it isn't paused, or was written to since.
    func paused(_ id: BookingID, version: Int64) -> PausedBooking? {
        waiting.withLock { waiting in
            guard case .paused(let paused)? = waiting[id], paused.version == version else { return nil }
            return paused
        }
    }

    /// A paused booking was written to, and stays paused.
    func wrote(_ id: BookingID, version: Int64) {
        waiting.withLock { waiting in
            guard case .paused(var paused)? = waiting[id] else { return }
            paused.version = version
            waiting[id] = .paused(paused)
        }
    }
}
