import FareDomain
import FarePorts
import FareTestSupport
import GuardedTransport
import Resilience
import Testing

@Suite struct CircuitTests {
    static func touchy(_ configuration: inout GuardConfiguration) {
        configuration.breaker.minimumCalls = 1
        configuration.breaker.failureRate = 0.1
        configuration.retry.attempts = 1
    }

    struct Case: Sendable {
        let reply: FakeTransport.Reply
        let opens: Bool
        init(_ reply: FakeTransport.Reply, opens: Bool) {
            self.reply = reply
            self.opens = opens
        }
    }

    @Test(arguments: [
        Case(.answer(200), opens: false), Case(.answer(302), opens: false), Case(.answer(400), opens: false),
        Case(.answer(401), opens: false), Case(.answer(404), opens: false), Case(.answer(408), opens: true),
        Case(.answer(409), opens: false), Case(.answer(429), opens: false), Case(.answer(500), opens: true),
        Case(.answer(502), opens: true), Case(.answer(503), opens: true), Case(.fail(.couldNotConnect), opens: true),
        Case(.fail(.untrusted), opens: true), Case(.fail(.timedOut), opens: true),
        Case(.fail(.connectionLost), opens: true), Case(.fail(.malformedAnswer), opens: true),
        Case(.fail(.bodyTooLarge), opens: true), Case(.fail(.cancelled), opens: false),
        Case(.fail(.badRequest), opens: false), Case(.fail(.tooLate), opens: false),
        Case(.fail(.overloaded), opens: false), Case(.fail(.shutDown), opens: false), Case(.hang, opens: true),
    ])
    func eachEndCountsAs(_ expected: Case) async {
        let fixture = GuardFixture([expected.reply], configure: Self.touchy)
        _ = await fixture.send(fixture.request())
        #expect(fixture.circuit(.search)?.state == (expected.opens ? .open : .closed), "\(expected.reply)")
    }

    @Test func ourOwnShortDeadlineIsNobodysFault() async {
        let fixture = GuardFixture([.hang], configure: Self.touchy)
        #expect(await fixture.send(fixture.request(within: .milliseconds(3999))).code == .timedOut)
        #expect(fixture.circuit(.search)?.state == .closed)
        #expect(fixture.circuit(.search)?.calls == 0)
    }

    @Test func aConnectionThatOurDeadlineCutShortIsNobodysFault() async {
        let late = FakeTransport.Reply.after(.milliseconds(300), .fail(.couldNotConnect, maybeSent: false))
        let fixture = GuardFixture([late, late], configure: Self.touchy)
        #expect(await fixture.send(fixture.request(within: .milliseconds(300))).code == .couldNotConnect)
        #expect(fixture.circuit(.search)?.state == .closed)
        #expect(await fixture.send(fixture.request(within: .milliseconds(600))).code == .couldNotConnect)
        #expect(fixture.circuit(.search)?.state == .open)
    }

    @Test func ourOwnDeadlineAboveSlowIsAFailure() async {
        let fixture = GuardFixture([.hang]) {
            Self.touchy(&$0)
            // So that being slow alone trips nothing.
            $0.breaker.slowRate = 2
        }
        #expect(await fixture.send(fixture.request(within: .milliseconds(4500))).code == .timedOut)
        #expect(fixture.circuit(.search)?.state == .open)
        #expect(fixture.circuit(.search)?.failureRate == 1)
    }

    @Test func aTimeoutOfTheOperationBelowSlowIsAFailure() async {
        let fixture = GuardFixture([.hang], configure: Self.touchy)
        _ = await fixture.send(fixture.request(.reprice))
        #expect(fixture.circuit(.booking)?.state == .open)
    }

    @Test func anOpenSearchCircuitBlocksNoOtherLane() async {
        let fixture = GuardFixture([.answer(503)], configure: Self.touchy)
        _ = await fixture.send(fixture.request())
        let refused = await fixture.send(fixture.request())
        #expect(refused.code == .circuitOpen)
        #expect(refused.error?.maybeSent == false)
        #expect(refused.error?.retryAfter == .seconds(5))
        #expect(await fixture.send(fixture.request(.status)).status == 200)
        #expect(await fixture.send(fixture.request(.hold)).status == 200)
        #expect(fixture.circuit(.search)?.rejected == 1)
    }

    @Test func aTokenGoesByTheLaneThatItIsFor() async {
        let fixture = GuardFixture([.answer(503)], configure: Self.touchy)
        _ = await fixture.send(fixture.request(.token, lane: .aftercare))
        #expect(fixture.circuit(.aftercare)?.state == .open)
        #expect(fixture.circuit(.search)?.state == .closed)
    }

    @Test func hangsOpenTheCircuitBeforeTheyTimeOut() async {
        let fixture = GuardFixture([], otherwise: .hang) { $0.breaker.minimumCalls = 5 }
        let (guarded, request) = (fixture.guarded, fixture.request())
        let hung = (0..<5).map { _ in Task { try await guarded.send(request) } }
        await fixture.clock.sleepers(atLeast: 5)
        fixture.clock.advance(by: .milliseconds(4200))
        #expect(fixture.circuit(.search)?.state == .open)
        #expect(guarded.snapshot().inFlight == 5)
        await #expect(throws: TransportError.self) { try await guarded.send(request) }
        #expect(fixture.fake.requests.count == 5)
        for task in hung {
            task.cancel()
            _ = await task.result
        }
    }

    @Test func anOpenCircuitCostsNoTurn() async {
        let fixture = GuardFixture([.answer(503)]) {
            Self.touchy(&$0)
            $0.limits.perSecond = 10
        }
        for _ in 0..<20 { _ = await fixture.send(fixture.request()) }
        #expect(fixture.guarded.snapshot().quotaRemaining == 9)
    }

    @Test func probesCloseTheCircuitAgain() async {
        let fixture = GuardFixture([.answer(503)], configure: Self.touchy)
        _ = await fixture.send(fixture.request())
        #expect(fixture.circuit(.search)?.nextProbeAt == fixture.clock.timestamp.advanced(by: .seconds(5)))
        fixture.clock.advance(by: .seconds(5))
        #expect(fixture.circuit(.search)?.state == .halfOpen)
        for _ in 0..<2 { #expect(await fixture.send(fixture.request()).status == 200) }
        #expect(fixture.circuit(.search)?.state == .closed)
    }

    @Test func operatorsForceALane() async {
        let fixture = GuardFixture([])
        fixture.guarded.force(.forcedOpen, lane: .booking)
        #expect(await fixture.send(fixture.request(.hold)).code == .circuitOpen)
        #expect(await fixture.send(fixture.request()).status == 200)
        #expect(fixture.circuit(.booking)?.state == .forcedOpen)
        #expect(fixture.circuit(.booking)?.since == fixture.clock.timestamp)
        fixture.guarded.force(.auto, lane: .booking)
        #expect(await fixture.send(fixture.request(.hold)).status == 200)
    }
}
