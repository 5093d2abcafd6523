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

/// Bookings of this process that nobody works on at the moment, to be taken up anew.
final class LeftBookings: Sendable {
    private enum Left {
        /// To be taken up as one that another process left.
        case anyhow
        case paused(PausedBooking)
    }

    private struct State {
        var waiting: [BookingID: Left] = [:]
        /// Those that the store is being asked for.
        var taking: Set<BookingID> = []
    }

    private let state = Mutex(State())

    func add(_ id: BookingID, _ paused: PausedBooking? = nil) {
        state.withLock { $0.waiting[id] = paused.map { .paused($0) } ?? .anyhow }
    }

    /// Those to take up now. Until `endTaking` nobody else can have them.
    func takeDue(at now: MonotonicInstant) -> Set<BookingID> {
        state.withLock { state in
            let due = state.waiting.filter { _, left in
                if case .paused(let paused) = left { return paused.until <= now }
                return true
            }
            state.taking = Set(due.keys)
            return state.taking
        }
    }

    func endTaking() { state.withLock { $0.taking = [] } }

    /// - Returns: how to go on with a booking that was taken up, and has this version now; nil if it isn't known.
    func take(_ id: BookingID, version: Int64) -> PausedBooking? {
        state.withLock { state in
            guard case .paused(let paused)? = state.waiting.removeValue(forKey: id), paused.version + 1 == version
            else { return nil }
            return paused
        }
    }

    func forget(_ ids: Set<BookingID>) {
        state.withLock { state in
            for id in ids { state.waiting[id] = nil }
        }
    }

    /// Whether it is paused, and is not being taken up.
    func isPaused(_ record: BookingRecord) -> Bool {
        state.withLock { state in
            guard case .paused(let paused)? = state.waiting[record.id] else { return false }
            return paused.version == record.version && !state.taking.contains(record.id)
        }
    }

    /// Takes one that is paused, for other work.
    func claim(_ record: BookingRecord) -> PausedBooking? {
        state.withLock { state in
            guard case .paused(let paused)? = state.waiting[record.id], paused.version == record.version,
                !state.taking.contains(record.id)
            else { return nil }
            state.waiting[record.id] = nil
            return paused
        }
    }

    /// A paused booking was written to, and stays paused.
    func wrote(_ id: BookingID, version: Int64) {
        state.withLock { state in
            guard case .paused(var paused)? = state.waiting[id] else { return }
            paused.version = version
            state.waiting[id] = .paused(paused)
        }
    }
}
