import FareDomain
import Synchronization

/// Where running bookings post how far they are, and callers follow them.
final class BookingBoard: Sendable {
    private struct Entry {
        var progress: BookingProgress?
        var followers: [AsyncStream<BookingProgress>.Continuation] = []
    }

    private let entries = Mutex<[BookingID: Entry]>([:])

    /// Starts a booking's entry, and follows it.
    func open(_ id: BookingID) -> AsyncStream<BookingProgress> {
        entries.withLock { $0[id] = Entry() }
        return follow(id) ?? AsyncStream { $0.finish() }
    }

    /// What a booking posts from now on, beginning with the last it posted; ends when its work ends. Nil if none is at work.
    func follow(_ id: BookingID) -> AsyncStream<BookingProgress>? {
        let (stream, follower) = AsyncStream.makeStream(of: BookingProgress.self, bufferingPolicy: .bufferingNewest(1))
        let found = entries.withLock { entries in
            guard entries[id] != nil else { return false }
            entries[id]?.followers.append(follower)
            if let progress = entries[id]?.progress { follower.yield(progress) }
            return true
        }
        return found ? stream : nil
    }

    func progress(of id: BookingID) -> BookingProgress? {
        entries.withLock { $0[id]?.progress }
    }

    func publish(_ progress: BookingProgress) {
        entries.withLock { entries in
            let id = progress.snapshot.saga.id
            entries[id]?.progress = progress
            for follower in entries[id]?.followers ?? [] { follower.yield(progress) }
        }
    }

    /// The work on a booking ended.
    func close(_ id: BookingID) {
        let entry = entries.withLock { $0.removeValue(forKey: id) }
        for follower in entry?.followers ?? [] { follower.finish() }
    }
}

/// What a runner tells those who follow it.
struct BookingProgress: Sendable {
    var snapshot: BookingSnapshot
    /// Whether the booking is in the store: something was intended.
    var isStored: Bool
    /// The runner is done with it.
    var ended: Bool

    /// Something that a waiting caller can be told: it is ticketed or failed, and stored; or it is over.
    var isDecision: Bool { ended || (isStored && snapshot.saga.status != .pending) }
}
