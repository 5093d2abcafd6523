import FareDomain
import Synchronization

/// The bookings at work, each with the post that tells how far it is.
final class BookingBoard: Sendable {
    private let posts = Mutex<[BookingID: BookingPost]>([:])

    /// Puts up a post for a booking whose work begins; nil if it is at work already.
    func open(_ id: BookingID) -> BookingPost? {
        posts.withLock { posts in
            guard posts[id] == nil else { return nil }
            let post = BookingPost()
            posts[id] = post
            return post
        }
    }

    /// Nil if the booking isn't at work.
    func post(of id: BookingID) -> BookingPost? {
        posts.withLock { $0[id] }
    }

    /// The work on a booking ended, and its post with it.
    func close(_ id: BookingID) {
        posts.withLock { $0.removeValue(forKey: id) }?.end()
    }
}

/// How far one booking is: written by its runner, followed by whoever waits for it.
final class BookingPost: Sendable {
    private struct State {
        var latest: BookingSnapshot?
        var hasEnded = false
        var followers: [AsyncStream<Void>.Continuation] = []
    }

    private let state = Mutex(State())

    /// As it was last stored; nil while nothing was intended. Stays when the work has ended.
    var latest: BookingSnapshot? { state.withLock { $0.latest } }

    /// Something that a waiting caller can be told: it is ticketed, failed or cancelled, and stored; or nobody works on it
    /// any more.
    var isDecided: Bool {
        state.withLock { $0.hasEnded || ($0.latest.map { $0.saga.status.isDecided } ?? false) }
    }

    /// Yields at once, and whenever there may be something new; ends with the work.
    func changes() -> AsyncStream<Void> {
        let (stream, follower) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        follower.yield()
        state.withLock { state in
            if state.hasEnded { follower.finish() } else { state.followers.append(follower) }
        }
        return stream
    }

    func publish(_ snapshot: BookingSnapshot) {
        state.withLock { state in
            state.latest = snapshot
            for follower in state.followers { follower.yield() }
        }
    }

    func end() {
        let followers = state.withLock { state in
            state.hasEnded = true
            defer { state.followers = [] }
            return state.followers
        }
        for follower in followers { follower.finish() }
    }
}
