import FareTestSupport
import Resilience
import Testing

@Suite struct RateLimiterTests {
    let clock = ManualClock()

    func limiter(
        _ perSecond: Double, spacing: Duration = .zero, share: Double = 0, queue: Int = 256
    ) -> RateLimiter {
        RateLimiter(
            RateLimit(perSecond: perSecond, spacing: spacing, reservedShare: share, queue: queue), clock: clock)
    }

    func deadline(_ duration: Duration) -> MonotonicInstant { clock.now.advanced(by: duration) }

    @Test func ordinaryCallsLeaveTheReservedShareFree() async throws {
        let limiter = limiter(8, share: 0.25)
        for _ in 0..<6 { try await limiter.acquire(.ordinary, until: clock.now) }
        await #expect(throws: WaitRefusal.deadline(retryAfter: .seconds(1))) {
            try await limiter.acquire(.ordinary, until: clock.now)
        }
        try await limiter.acquire(.preferred, until: clock.now)
        try await limiter.acquire(.preferred, until: clock.now)
        #expect(limiter.remaining == 0)
    }

    @Test func refusesAtOnceWhatCantGoBeforeItsDeadline() async throws {
        let limiter = limiter(1)
        try await limiter.acquire(.preferred, until: clock.now)
        await #expect(throws: WaitRefusal.deadline(retryAfter: .seconds(1))) {
            try await limiter.acquire(.preferred, until: deadline(.milliseconds(999)))
        }
        #expect(limiter.waiting == 0)
    }

    @Test func countsThoseAheadWhenItRefuses() async throws {
        let limiter = limiter(1)
        try await limiter.acquire(.preferred, until: clock.now)
        let end = deadline(.seconds(60))
        let waiting = Task { try await limiter.acquire(.preferred, until: end) }
        await clock.sleepers(atLeast: 1)
        await #expect(throws: WaitRefusal.deadline(retryAfter: .seconds(2))) {
            try await limiter.acquire(.preferred, until: deadline(.milliseconds(1999)))
        }
        waiting.cancel()
        await #expect(throws: WaitRefusal.cancelled) { try await waiting.value }
    }

    @Test func boundsItsLine() async throws {
        let limiter = limiter(1, queue: 1)
        let end = deadline(.seconds(60))
        try await limiter.acquire(.preferred, until: end)
        let waiting = Task { try await limiter.acquire(.preferred, until: end) }
        await clock.sleepers(atLeast: 1)
        await #expect(throws: WaitRefusal.queueFull) { try await limiter.acquire(.preferred, until: end) }
        clock.advance(by: .seconds(1))
        try await waiting.value
    }

    @Test func aPauseRefusesThoseWhoWouldWaitTooLong() async throws {
        let limiter = limiter(1)
        try await limiter.acquire(.preferred, until: clock.now)
        let end = deadline(.seconds(5))
        let first = Task { try await limiter.acquire(.preferred, until: end) }
        await clock.sleepers(atLeast: 1)
        let second = Task { try await limiter.acquire(.preferred, until: end) }
        await clock.sleepers(atLeast: 2)
        limiter.pause(for: .seconds(30))
        await #expect(throws: WaitRefusal.deadline(retryAfter: .seconds(30))) { try await first.value }
        await #expect(throws: WaitRefusal.deadline(retryAfter: .seconds(30))) { try await second.value }
        #expect(limiter.waiting == 0)
    }

    @Test func aCancelledWaiterGivesItsTurnToTheNext() async throws {
        let limiter = limiter(1)
        let end = deadline(.seconds(60))
        try await limiter.acquire(.preferred, until: end)
        let first = Task { try await limiter.acquire(.preferred, until: end) }
        await clock.sleepers(atLeast: 1)
        let second = Task { try await limiter.acquire(.preferred, until: end) }
        await clock.sleepers(atLeast: 2)
        first.cancel()
        await #expect(throws: WaitRefusal.cancelled) { try await first.value }
        let next = deadline(.seconds(1))
        // The second was asleep until its deadline; being first now, it sleeps until its turn.
        while clock.nextWake != next { await Task.yield() }
        clock.advance(by: .seconds(1))
        try await second.value
    }

    @Test(arguments: (0..<20).map { UInt64($0) })
    func losesNobodyWhateverIsCancelled(seed: UInt64) async {
        let limiter = limiter(10, spacing: .milliseconds(20), share: 0.25, queue: 30)
        let clock = clock
        await clock.runAdvancing {
            await withTaskGroup(of: Void.self) { group in
                for call in 0..<60 {
                    group.addTask {
                        var random = SeededGenerator(seed: seed &* 1000 &+ UInt64(call))
                        let priority: Priority = Bool.random(using: &random) ? .ordinary : .preferred
                        let end = clock.now.advanced(by: .milliseconds(Int.random(in: 0...5000, using: &random)))
                        let work = Task { try await limiter.acquire(priority, until: end) }
                        if Bool.random(using: &random) {
                            try? await clock.sleep(for: .milliseconds(Int.random(in: 0...1000, using: &random)))
                            work.cancel()
                        }
                        if Int.random(in: 0..<20, using: &random) == 0 { limiter.pause(for: .milliseconds(300)) }
                        _ = await work.result
                    }
                }
            }
        }
        #expect(limiter.waiting == 0, "seed \(seed)")
        #expect(clock.sleeperCount == 0, "seed \(seed)")
        // Who went depends on the order of the tasks; that somebody can go afterwards does not.
        let end = clock.now.advanced(by: .seconds(10))
        await clock.runAdvancing {
            await #expect(throws: Never.self, "seed \(seed)") { try await limiter.acquire(.preferred, until: end) }
        }
    }
}
