import FareTestSupport
import Testing

@testable import Resilience

/// The rate limiter's state machine, without tasks: each waiting call asks again when its time has come.
@Suite struct PacingTests {
    static let start = MonotonicInstant(nanoseconds: 1_000_000_000)

    struct Departure: Equatable {
        let call: Int
        let after: Duration
    }

    /// Lets calls that all arrive at the start go as they may. Leaves out those that were refused.
    func departures(
        _ limit: RateLimit, _ calls: [Priority], within patience: Duration = .seconds(3600),
        pause: Duration? = nil
    ) -> [Departure] {
        var machine = PacingMachine(limit)
        if let pause { machine.pause(until: Self.start.advanced(by: pause)) }
        var now = Self.start
        let deadline = now.advanced(by: patience)
        var went: [Departure] = []
        var waiting: [(call: Int, ticket: Ticket)] = []
        for (call, priority) in calls.enumerated() {
            switch machine.ask(priority, now: now, deadline: deadline) {
            case (.go, _): went.append(Departure(call: call, after: .zero))
            case (.wait, let ticket?): waiting.append((call, ticket))
            default: break
            }
        }
        while let index = waiting.firstIndex(where: { $0.ticket == machine.first }) {
            switch machine.askAgain(waiting[index].ticket, now: now, deadline: deadline) {
            case .go:
                went.append(Departure(call: waiting.remove(at: index).call, after: Self.start.duration(to: now)))
            case .wait(let until):
                now = max(now, until)
            case .refused:
                waiting.remove(at: index)
            }
        }
        return went
    }

    func times(_ limit: RateLimit, calls: Int) -> [Duration] {
        departures(limit, Array(repeating: .preferred, count: calls)).map(\.after)
    }

    @Test func letsTheQuotaGoAtOnceAndTheRestWhenItMay() {
        let burst = Array(repeating: Duration.zero, count: 5)
        let next = Array(repeating: Duration.seconds(1), count: 5)
        #expect(times(RateLimit(perSecond: 5), calls: 12) == burst + next + [.seconds(2), .seconds(2)])
    }

    @Test func keepsCallsApart() {
        let limit = RateLimit(perSecond: 40, spacing: .milliseconds(100))
        #expect(times(limit, calls: 3) == [.zero, .milliseconds(100), .milliseconds(200)])
    }

    @Test func pacesARateBelowOneASecond() {
        #expect(times(RateLimit(perSecond: 0.5), calls: 3) == [.zero, .seconds(2), .seconds(4)])
    }

    @Test func ordinaryCallsKeepToTheirShareOfTheRate() {
        let limit = RateLimit(perSecond: 8, reservedShare: 0.25)
        let went = departures(limit, Array(repeating: .ordinary, count: 13)).map(\.after)
        #expect(went.filter { $0 == .zero }.count == 6)
        #expect(went.filter { $0 == .seconds(1) }.count == 6)
        #expect(went.last == .seconds(2))
    }

    @Test func aPreferredCallGoesBeforeAllWaitingOrdinaryOnes() {
        let limit = RateLimit(perSecond: 1, reservedShare: 0.25)
        let went = departures(limit, [.ordinary, .ordinary, .ordinary, .preferred])
        #expect(went.map(\.call) == [0, 3, 1, 2])
        #expect(went[1].after == .seconds(1))
    }

    @Test func aPauseHoldsEverybodyBack() {
        let went = departures(RateLimit(perSecond: 100), [.preferred, .ordinary], pause: .seconds(3))
        #expect(went.map(\.after) == [.seconds(3), .seconds(3)])
    }

    @Test func aShorterPauseDoesNotEndALongerOne() {
        var machine = PacingMachine(RateLimit(perSecond: 100))
        machine.pause(until: Self.start.advanced(by: .seconds(3)))
        machine.pause(until: Self.start.advanced(by: .seconds(1)))
        #expect(machine.remaining(at: Self.start.advanced(by: .seconds(2))) == 0)
        #expect(machine.remaining(at: Self.start.advanced(by: .seconds(3))) == 100)
    }

    @Test(arguments: (0..<100).map { UInt64($0) })
    func neverExceedsItsRateAndIsInNobodysWay(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let perSecond = Int.random(in: 1...10, using: &random)
        let spacing = Duration.milliseconds(Int.random(in: 0...150, using: &random))
        let limit = RateLimit(perSecond: Double(perSecond), spacing: spacing, reservedShare: 0.25, queue: 100)
        let calls: [Priority] = (0..<40).map { _ in Bool.random(using: &random) ? .ordinary : .preferred }
        let went = departures(limit, calls)
        let times = went.map(\.after)
        for (index, time) in times.enumerated() {
            if index > 0 { #expect(time - times[index - 1] >= spacing, "seed \(seed)") }
            if index >= perSecond { #expect(time - times[index - perSecond] >= .seconds(1), "seed \(seed)") }
        }
        #expect(went.count == 40, "seed \(seed)")
        // Preferred calls go as if there were no ordinary ones behind the first burst.
        let preferred = went.filter { calls[$0.call] == .preferred }.map(\.after)
        let alone = self.times(limit, calls: preferred.count + perSecond).suffix(preferred.count)
        for (time, latest) in zip(preferred, alone) { #expect(time <= latest, "seed \(seed)") }
    }
}
