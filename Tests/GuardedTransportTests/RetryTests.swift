import FarePorts
import FareTestSupport
import GuardedTransport
import Resilience
import Testing

@Suite struct RetryTests {
    @Test(
        arguments: [408, 429, 500, 502, 503, 504, 501, 400, 401, 404, 409, 422, 200, 204, 302],
        [Effect.read, .idempotent(key: "k"), .repeatable, .once])
    func statusesThatAreRetried(status: Int, effect: Effect) async {
        let fixture = GuardFixture([.answer(status)])
        _ = await fixture.send(fixture.request(.search, effect))
        let transient = [408, 429, 502, 503, 504].contains(status) || (status == 500 && effect == .read)
        let retried = transient && effect != .once
        #expect(fixture.fake.requests.count == (retried ? 2 : 1))
    }

    @Test(
        arguments: [
            TransportError.Code.couldNotConnect, .connectionLost, .timedOut, .untrusted, .malformedAnswer,
            .bodyTooLarge, .cancelled, .badRequest, .tooLate, .overloaded, .shutDown,
        ], [Effect.read, .idempotent(key: "k"), .repeatable, .once])
    func errorsThatAreRetried(code: TransportError.Code, effect: Effect) async {
        let fixture = GuardFixture([.fail(code, maybeSent: code != .couldNotConnect)])
        _ = await fixture.send(fixture.request(.search, effect))
        let retried =
            effect == .once
            ? code == .couldNotConnect : [.couldNotConnect, .connectionLost, .timedOut].contains(code)
        #expect(fixture.fake.requests.count == (retried ? 2 : 1))
    }

    @Test func aOnceThatMayHaveBeenSentIsNotRetried() async {
        let fixture = GuardFixture([.fail(.couldNotConnect, maybeSent: true)])
        let result = await fixture.send(fixture.request(.hold, .once))
        #expect(result.error?.maybeSent == true)
        #expect(fixture.fake.requests.count == 1)
    }

    @Test func stopsAfterItsAttempts() async {
        let fixture = GuardFixture([], otherwise: .answer(503))
        let result = await fixture.send(fixture.request())
        #expect(result.status == 503)
        #expect(fixture.fake.requests.count == 3)
        #expect(fixture.observer.all.map(\.number) == [1, 2, 3])
    }

    @Test func stopsAtTheDeadline() async {
        let fixture = GuardFixture([], otherwise: .hang) { $0.timeouts.search = .seconds(3) }
        let start = fixture.clock.now
        let result = await fixture.send(fixture.request(within: .seconds(5)))
        #expect(result.code == .timedOut)
        #expect(fixture.fake.requests.count == 2)
        #expect(fixture.fake.requests.map(\.timeout) == [.seconds(3), .seconds(2)])
        #expect(start.duration(to: fixture.clock.now) == .seconds(5))
    }

    @Test func waitsAsLongAsThePeerAsks() async {
        let fixture = GuardFixture([.answer(503, headers: [HTTPHeader("retry-after", "3")])])
        let start = fixture.clock.now
        let result = await fixture.send(fixture.request())
        #expect(result.status == 200)
        #expect(start.duration(to: fixture.clock.now) == .seconds(3))
    }

    @Test func failsOverAtOnceWhenThePeerAsksForTooMuch() async {
        let fixture = GuardFixture([.answer(503, headers: [HTTPHeader("Retry-After", "8")])])
        let start = fixture.clock.now
        let result = await fixture.send(fixture.request())
        #expect(result.status == 503)
        #expect(fixture.clock.now == start)
    }

    @Test func keepsToItsBudget() async {
        let fixture = GuardFixture([], otherwise: .answer(503))
        let patience = Duration.seconds(8)
        for _ in 0..<50 { _ = await fixture.send(fixture.request(within: patience)) }
        // A floor of three, and a fifth of fifty.
        #expect((60...63).contains(fixture.fake.requests.count))
    }

    @Test(arguments: [(ProviderOperation.release, Effect.repeatable), (.capture, .idempotent(key: "k"))])
    func whatChangesSomethingIsNotRetriedAfterItsTime(operation: ProviderOperation, effect: Effect) async {
        let fixture = GuardFixture([.after(.seconds(2), .fail(.connectionLost))]) { $0.retry.attempts = 5 }
        let soon = fixture.clock.now.advanced(by: .seconds(1))
        let result = await fixture.send(fixture.request(operation, effect, notAfter: soon))
        #expect(result.code == .connectionLost)
        #expect(result.error?.maybeSent == true)
        #expect(fixture.fake.requests.count == 1)
    }

    /// Its process was stopped while it waited for the retry: the timer fires long after.
    @Test(arguments: [(ProviderOperation.release, Effect.repeatable), (.capture, .idempotent(key: "k"))])
    func aPausedRetryIsNeverSent(operation: ProviderOperation, effect: Effect) async throws {
        let fixture = GuardFixture([.answer(503, headers: [HTTPHeader("Retry-After", "3")])])
        let guarded = fixture.guarded
        let request = fixture.request(
            operation, effect, within: .seconds(600), notAfter: fixture.clock.now.advanced(by: .seconds(5)))
        let task = Task { try await guarded.send(request) }
        await fixture.clock.sleepers(atLeast: 1)
        fixture.clock.advance(by: .seconds(60))
        // What the first attempt was told is what is known.
        #expect(try await task.value.status == 503)
        #expect(fixture.fake.requests.count == 1)
        #expect(fixture.observer.all.last?.outcome == .refused(.tooLate))
    }

    @Test func aRefusedRetryNeverSaysThatNothingWasSent() async {
        let fixture = GuardFixture([.fail(.connectionLost), .fail(.couldNotConnect, maybeSent: false)]) {
            $0.retry.attempts = 2
        }
        let result = await fixture.send(fixture.request(.capture, .idempotent(key: "k")))
        #expect(result.code == .connectionLost)
        #expect(result.error?.maybeSent == true)
    }

    @Test func a429AfterALostReplyLeavesItUnknown() async {
        let fixture = GuardFixture([.fail(.connectionLost), .answer(429)]) { $0.retry.attempts = 2 }
        let result = await fixture.send(fixture.request(.capture, .idempotent(key: "k")))
        #expect(result.code == .connectionLost)
    }

    @Test(arguments: [
        FakeTransport.Reply.answer(200), .answer(402),
        .answer(400, headers: [HTTPHeader("idempotent-replayed", "true")]),
    ])
    func anAnswerToTheKeyAfterALostReplyIsBelieved(answer: FakeTransport.Reply) async {
        let fixture = GuardFixture([.fail(.connectionLost), answer])
        let result = await fixture.send(fixture.request(.capture, .idempotent(key: "k")))
        #expect(result.status != nil)
    }

    /// Refused before the key was looked at, it says nothing of the request before it.
    @Test(arguments: [400, 401, 403, 404, 409])
    func aRefusalAfterALostReplyLeavesItOpen(status: Int) async {
        let fixture = GuardFixture([.fail(.connectionLost), .answer(status)])
        let result = await fixture.send(fixture.request(.refund, .idempotent(key: "k")))
        #expect(result.error?.maybeSent == true)
    }

    @Test func anAnswerOutlivesTheCircuitThatItOpens() async {
        let fixture = GuardFixture([], otherwise: .answer(503)) { $0.breaker.minimumCalls = 1 }
        let result = await fixture.send(fixture.request())
        #expect(result.status == 503)
        #expect(fixture.fake.requests.count == 1)
        #expect(fixture.observer.all.map(\.outcome) == [.answered(status: 503), .refused(.circuitOpen)])
    }

    @Test func cancellingTheWaitForARetryTellsThatItMayHaveBeenSent() async throws {
        let fixture = GuardFixture([.answer(503, headers: [HTTPHeader("Retry-After", "3")])])
        let (guarded, request) = (fixture.guarded, fixture.request(.release, .repeatable))
        let task = Task { try await guarded.send(request) }
        await fixture.clock.sleepers(atLeast: 1)
        #expect(guarded.snapshot().inFlight == 0)
        task.cancel()
        await #expect(throws: TransportError(.cancelled, maybeSent: true, detail: "while waiting for a retry")) {
            try await task.value
        }
    }
}
