import FareTestSupport
import Resilience
import Testing

@Suite struct RetryTests {
    let start = MonotonicInstant(nanoseconds: 1_000_000_000)
    let policy = RetryPolicy(attempts: 5, base: .milliseconds(50), cap: .milliseconds(300))

    /// The longest pause of many draws.
    func longestPause(afterFailed failed: Int) -> Duration {
        var random = SeededGenerator(seed: 7)
        return (0..<2000).map { _ in
            policy.nextAttempt(afterFailed: failed, now: start, deadline: .distantFuture, using: &random)
                .map { start.duration(to: $0) } ?? .zero
        }.max() ?? .zero
    }

    @Test(arguments: [(1, 50), (2, 100), (3, 200), (4, 300)])
    func jitterFillsTheDoublingCeiling(failed: Int, ceiling: Int) {
        let longest = longestPause(afterFailed: failed)
        #expect(longest <= .milliseconds(ceiling))
        #expect(longest > .milliseconds(ceiling) * 0.98)
    }

    @Test func jitterIsFull() {
        var random = SeededGenerator(seed: 11)
        let pauses = (0..<4000).compactMap { _ in
            policy.nextAttempt(afterFailed: 1, now: start, deadline: .distantFuture, using: &random)
        }.map { start.duration(to: $0).nanoseconds }
        let mean = pauses.reduce(0, +) / Int64(pauses.count)
        #expect((24_000_000...26_000_000).contains(mean))
        #expect(pauses.contains { $0 < 1_000_000 })
    }

    @Test func givesUpAfterItsAttempts() {
        var random = SeededGenerator(seed: 1)
        #expect(policy.nextAttempt(afterFailed: 5, now: start, deadline: .distantFuture, using: &random) == nil)
    }

    @Test func neverComesEarlierThanThePeerAsked() {
        var random = SeededGenerator(seed: 2)
        for _ in 0..<1000 {
            let next = policy.nextAttempt(
                afterFailed: 4, now: start, deadline: .distantFuture, retryAfter: .milliseconds(200), using: &random)
            #expect(next.map { start.duration(to: $0) >= .milliseconds(200) } == true)
        }
    }

    @Test func givesUpAtOnceWhenThePeerAsksForTooMuch() {
        var random = SeededGenerator(seed: 3)
        let deadline = start.advanced(by: .seconds(2))
        #expect(
            policy.nextAttempt(
                afterFailed: 1, now: start, deadline: deadline, retryAfter: .seconds(2), using: &random) == nil)
        #expect(
            policy.nextAttempt(
                afterFailed: 1, now: start, deadline: deadline, retryAfter: .seconds(1), using: &random) != nil)
    }

    @Test func survivesSillyNumbers() {
        var random = SeededGenerator(seed: 4)
        let silly = RetryPolicy(attempts: .max, base: .seconds(Int64.max), cap: .seconds(1))
        let next = silly.nextAttempt(
            afterFailed: .max - 1, now: start, deadline: .distantFuture, using: &random)
        #expect(next.map { start.duration(to: $0) <= .seconds(1) } == true)
    }

    @Test func budgetLetsTheFloorThroughAndNoMore() {
        var budget = RetryBudget(share: 0.2, floor: 3, floorPerSecond: 1, now: start)
        #expect((0..<10).count { _ in budget.withdraw(at: start) } == 3)
        #expect((0..<10).count { _ in budget.withdraw(at: start.advanced(by: .seconds(2))) } == 2)
    }

    @Test func budgetIsAShareOfTheRequests() {
        var budget = RetryBudget(share: 0.2, floor: 0, floorPerSecond: 0, ceiling: 10, now: start)
        var retries = 0
        for _ in 0..<1000 {
            budget.countRequest()
            if budget.withdraw(at: start) { retries += 1 }
        }
        #expect((195...200).contains(retries))
    }

    @Test(arguments: (0..<50).map { UInt64($0) })
    func budgetIsNeverExceeded(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var now = start
        var budget = RetryBudget(share: 0.2, floor: 3, floorPerSecond: 1, ceiling: 10, now: now)
        var requests = 0.0
        var retries = 0.0
        for _ in 0..<2000 {
            now = now.advanced(by: .milliseconds(Int.random(in: 0...50, using: &random)))
            if Bool.random(using: &random) {
                budget.countRequest()
                requests += 1
            } else if budget.withdraw(at: now) {
                retries += 1
            }
            let seconds = Double(start.duration(to: now).nanoseconds) / 1e9
            #expect(retries <= 3 + 0.2 * requests + seconds + 1e-6, "seed \(seed)")
        }
    }
}
