import FareDomain
import FarePorts
import FareTestSupport
import GuardedTransport
import Resilience
import Testing

/// Slots, quota, timeouts and pauses.
@Suite struct LimitTests {
    @Test func eachOperationHasItsOwnTimeout() async {
        let fixture = GuardFixture([]) { $0.limits.bodyBytes = 1000 }
        let expected: [(ProviderOperation, Lane?, Int)] = [
            (.search, nil, 5000), (.reprice, nil, 3000), (.hold, nil, 8000), (.confirm, nil, 15000),
            (.release, nil, 8000), (.status, nil, 8000), (.cancel, nil, 8000), (.token, .search, 5000),
            (.token, .booking, 3000), (.token, .aftercare, 8000), (.capture, nil, 15000), (.refund, nil, 8000),
        ]
        for (operation, lane, milliseconds) in expected {
            _ = await fixture.send(fixture.request(operation, lane: lane, within: .seconds(60)))
            #expect(fixture.fake.requests.last?.timeout == .milliseconds(milliseconds), "\(operation)")
        }
        #expect(fixture.fake.requests.last?.connectTimeout == .milliseconds(500))
        #expect(fixture.fake.requests.last?.bodyLimit == 1000)
    }

    @Test func aRequestMayAskForLessAndNotForMore() async {
        let fixture = GuardFixture([])
        var request = fixture.request()
        request.timeout = .seconds(1)
        request.connectTimeout = .seconds(9)
        request.bodyLimit = 10
        _ = await fixture.send(request)
        #expect(fixture.fake.requests.last?.timeout == .seconds(1))
        #expect(fixture.fake.requests.last?.connectTimeout == .milliseconds(500))
        #expect(fixture.fake.requests.last?.bodyLimit == 10)
    }

    @Test(arguments: [Effect.once, .repeatable, .idempotent(key: "k")])
    func whatChangesSomethingIsNotSentTooLate(_ effect: Effect) async {
        let fixture = GuardFixture([])
        let past = fixture.clock.now
        fixture.clock.advance(by: .seconds(1))
        let result = await fixture.send(fixture.request(.confirm, effect, notAfter: past))
        #expect(result.error == TransportError(.tooLate, maybeSent: false))
        #expect(fixture.fake.requests.isEmpty)
        #expect(await fixture.send(fixture.request(.status, .read, notAfter: past)).status == 200)
    }

    @Test func nothingIsSentAfterTheDeadline() async {
        let fixture = GuardFixture([])
        let result = await fixture.send(fixture.request(within: .zero))
        #expect(result.error == TransportError(.timedOut, maybeSent: false))
        #expect(fixture.fake.requests.isEmpty)
    }

    @Test func searchesLeaveSlotsToBookings() async throws {
        let fixture = GuardFixture([], otherwise: .hang) {
            $0.limits.inFlight = 4
            $0.limits.queue = 0
            $0.retry.attempts = 1
        }
        let (guarded, search) = (fixture.guarded, fixture.request())
        let searches = (0..<3).map { _ in Task { try await guarded.send(search) } }
        await fixture.clock.sleepers(atLeast: 3)
        await #expect(throws: TransportError(.overloaded, maybeSent: false, detail: "test: too many calls in flight")) {
            try await guarded.send(search)
        }
        let booking = Task { [hold = fixture.request(.hold)] in try await guarded.send(hold) }
        await fixture.clock.sleepers(atLeast: 4)
        #expect(guarded.snapshot().inFlight == 4)
        for task in searches + [booking] {
            task.cancel()
            _ = await task.result
        }
        #expect(guarded.snapshot().inFlight == 0)
    }

    @Test func searchesLeaveQuotaToBookings() async {
        let fixture = GuardFixture([]) { $0.limits.perSecond = 4 }
        for _ in 0..<3 { #expect(await fixture.send(fixture.request(within: .milliseconds(1))).status == 200) }
        let refused = await fixture.send(fixture.request(within: .milliseconds(1)))
        #expect(refused.code == .rateLimited)
        #expect(refused.error?.retryAfter == .seconds(1))
        #expect(fixture.guarded.snapshot().quotaRemaining == 1)
        #expect(await fixture.send(fixture.request(.hold, within: .milliseconds(1))).status == 200)
        #expect(fixture.guarded.snapshot().quotaRemaining == 0)
    }

    @Test func a429PausesAllLanesAndTripsNothing() async {
        let fixture = GuardFixture([.answer(429, headers: [HTTPHeader("Retry-After", "20")])]) {
            $0.breaker.minimumCalls = 1
        }
        #expect(await fixture.send(fixture.request()).status == 429)
        #expect(fixture.circuit(.search)?.state == .closed)
        #expect(fixture.guarded.snapshot().quotaRemaining == 0)
        let refused = await fixture.send(fixture.request(.status))
        #expect(refused.code == .rateLimited)
        #expect(refused.error?.retryAfter == .seconds(20))
        fixture.clock.advance(by: .seconds(20))
        #expect(await fixture.send(fixture.request(.status)).status == 200)
    }

    @Test func aResetStatedAsADateIsAwaited() async {
        let reset = [HTTPHeader("ratelimit-reset", "Mon, 01 Jun 2026 12:00:04 GMT")]
        let fixture = GuardFixture([.answer(429, headers: reset)])
        let start = fixture.clock.now
        #expect(await fixture.send(fixture.request()).status == 200)
        #expect(start.duration(to: fixture.clock.now) == .seconds(4))
    }

    @Test func aPauseIsBounded() async {
        let fixture = GuardFixture([.answer(429, headers: [HTTPHeader("Retry-After", "999999999999999999999")])])
        #expect(await fixture.send(fixture.request()).status == 429)
        fixture.clock.advance(by: .seconds(60))
        #expect(await fixture.send(fixture.request()).status == 200)
    }

    @Test(arguments: ["", "soon", "-5", "1.5", "Mon, 32 Jun 2026 12:00:04 GMT"])
    func anUnreadableRetryAfterIsNone(text: String) async {
        let fixture = GuardFixture([.answer(429, headers: [HTTPHeader("Retry-After", text)])])
        let start = fixture.clock.now
        #expect(await fixture.send(fixture.request()).status == 200)
        #expect(fixture.clock.now == start)
    }

    @Test func showsHowLongCallsTook() async {
        let replies = (1...100).map { FakeTransport.Reply.after(.milliseconds($0), .answer(200)) }
        let fixture = GuardFixture(replies)
        #expect(fixture.guarded.snapshot().latencyP50 == nil)
        for _ in 0..<100 { _ = await fixture.send(fixture.request()) }
        #expect(fixture.guarded.snapshot().latencyP50 == .milliseconds(50))
        #expect(fixture.guarded.snapshot().latencyP95 == .milliseconds(95))
        fixture.clock.advance(by: .seconds(301))
        #expect(fixture.guarded.snapshot().latencyP95 == nil)
    }
}
