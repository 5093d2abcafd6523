import FareDomain
import Resilience
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

    /// How many bookings are at work.
    var count: Int { posts.withLock { $0.count } }

    /// Asks all work to be left where it comes to a long pause.
    func leaveAll() {
        for post in posts.withLock({ Array($0.values) }) { post.leave() }
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
        var hasBegun = false
        var isWithdrawn = false
        var isToBeLeft = false
        var followers: [Int: AsyncStream<Void>.Continuation] = [:]
        var nextFollower = 0
    }

    private let state = Mutex(State())

    /// As it was last stored; nil while nothing was intended. Stays when the work has ended.
    var latest: BookingSnapshot? { state.withLock { $0.latest } }

    /// Something that a waiting caller can be told: it is ticketed, failed or cancelled, and stored; or nobody works on
    /// it any more.
    var isDecided: Bool {
        state.withLock { $0.hasEnded || ($0.latest.map { $0.saga.status.isDecided } ?? false) }
    }

    /// Yields at once, and whenever there may be something new; ends with the work.
    func changes() -> AsyncStream<Void> {
        let (stream, follower) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        follower.yield()
        let id: Int? = state.withLock { state in
            guard !state.hasEnded else { return nil }
            state.nextFollower += 1
            state.followers[state.nextFollower] = follower
            return state.nextFollower
        }
        guard let id else {
            follower.finish()
            return stream
        }
        follower.onTermination = { [weak self] _ in
            self?.state.withLock { _ = $0.followers.removeValue(forKey: id) }
        }
        return stream
    }

    /// The work is about to begin.
    ///
    /// - Returns: false if whoever wanted it was told that it would not.
    func begin() -> Bool {
        state.withLock { state in
            state.hasBegun = !state.isWithdrawn
            return state.hasBegun
        }
    }

    /// Whoever wanted the work waits no longer.
    ///
    /// - Returns: whether it had not begun, and never will.
    func withdraw() -> Bool {
        state.withLock { state in
            state.isWithdrawn = !state.hasBegun
            return state.isWithdrawn
        }
    }

    /// Asks the work to be left where it comes to a long pause, for whoever takes it up next.
    func leave() {
        state.withLock { state in
            state.isToBeLeft = true
            for follower in state.followers.values { follower.yield() }
        }
    }

    /// Sleeps, and no longer than until the work is to be left.
    ///
    /// - Returns: whether it is.
    /// - Throws: `CancellationError`.
    func pause(for duration: Duration, on clock: any MonotonicClock) async throws -> Bool {
        try await withThrowingTaskGroup(of: Bool.self) { group in
            group.addTask {
                try await clock.sleep(for: duration)
                return false
            }
            group.addTask {
                for await _ in self.changes() where self.isToBeLeft { return true }
                throw CancellationError()
            }
            defer { group.cancelAll() }
            return try await group.next() ?? false
        }
    }

    private var isToBeLeft: Bool { state.withLock { $0.isToBeLeft } }

    func publish(_ snapshot: BookingSnapshot) {
        state.withLock { state in
            state.latest = snapshot
            for follower in state.followers.values { follower.yield() }
        }
    }

    func end() {
        let followers = state.withLock { state in
            state.hasEnded = true
            defer { state.followers = [:] }
            return Array(state.followers.values)
        }
        for follower in followers { follower.finish() }
    }
}
