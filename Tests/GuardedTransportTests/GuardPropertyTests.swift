import FarePorts
import FareTestSupport
import GuardedTransport
import Resilience
import Testing

/// What holds whatever the peer does, and whenever the callers leave.
@Suite struct GuardPropertyTests {
    static func fault(_ random: inout SeededGenerator) -> FakeTransport.Reply {
        let faults: [FakeTransport.Reply] = [
            .answer(200), .answer(404), .answer(408), .answer(500), .answer(502), .answer(503), .hang,
            .answer(429, headers: [HTTPHeader("Retry-After", "1")]), .fail(.connectionLost), .fail(.timedOut),
            .fail(.couldNotConnect, maybeSent: true), .fail(.malformedAnswer), .fail(.untrusted, maybeSent: false),
            .fail(.couldNotConnect, maybeSent: false), .fail(.couldNotConnect, maybeSent: false),
        ]
        let fault = faults.randomElement(using: &random) ?? .hang
        return Bool.random(using: &random)
            ? fault : .after(.milliseconds(Int.random(in: 1...6000, using: &random)), fault)
    }

    static func reachesThePeer(_ reply: FakeTransport.Reply) -> Bool {
        switch reply {
        case .fail(let error): error.maybeSent
        case .after(_, let next): reachesThePeer(next)
        case .answer, .hang: true
        }
    }

    @Test(arguments: (0..<300).map { UInt64($0) })
    func anOnceReachesThePeerOnceAtMost(seed: UInt64) async {
        var random = SeededGenerator(seed: seed)
        let replies = (0..<10).map { _ in Self.fault(&random) }
        let fixture = GuardFixture(replies, seed: seed) { $0.retry.attempts = 8 }
        let start = fixture.clock.now
        let notAfter = start.advanced(by: .milliseconds(Int.random(in: 0...9000, using: &random)))
        let result = await fixture.send(fixture.request(.confirm, .once, within: .seconds(20), notAfter: notAfter))
        let reached = replies.prefix(fixture.fake.requests.count).count { Self.reachesThePeer($0) }
        #expect(reached <= 1, "seed \(seed)")
        // "Not sent" is only ever said when it is true.
        if result.error?.maybeSent == false { #expect(reached == 0, "seed \(seed)") }
        #expect(start.duration(to: fixture.clock.now) <= .seconds(20), "seed \(seed)")
        #expect(fixture.guarded.snapshot().inFlight == 0, "seed \(seed)")
    }

    @Test(arguments: (0..<100).map { UInt64($0) })
    func aRetriedCallNeverClaimsThatNothingWasSentWhenSomethingWas(seed: UInt64) async {
        var random = SeededGenerator(seed: seed)
        let replies = (0..<5).map { _ in Self.fault(&random) }
        let fixture = GuardFixture(replies, seed: seed) { $0.retry.attempts = 5 }
        let result = await fixture.send(fixture.request(.capture, .idempotent(key: "k"), within: .seconds(20)))
        guard result.error?.maybeSent == false else { return }
        let sent = fixture.observer.all.contains {
            switch $0.outcome {
            case .answered(let status): status >= 500 || status == 408
            case .failed(let code): ![.couldNotConnect, .untrusted].contains(code)
            case .refused: false
            }
        }
        #expect(!sent, "seed \(seed)")
    }

    @Test(arguments: (0..<30).map { UInt64($0) })
    func nothingStaysTakenWhoeverLeavesWhenever(seed: UInt64) async {
        let fixture = GuardFixture(seed: seed) {
            $0.limits.inFlight = 4
            $0.limits.perSecond = 20
            $0.limits.queue = 10
            $0.breaker.minimumCalls = 8
            $0.retry.base = .milliseconds(50)
            $0.retry.cap = .seconds(1)
        } reply: { index in
            var random = SeededGenerator(seed: seed &* 7919 &+ UInt64(index))
            return Self.fault(&random)
        }
        let (clock, guarded, fake) = (fixture.clock, fixture.guarded, fixture.fake)
        await clock.runAdvancing {
            await withTaskGroup(of: Void.self) { group in
                for call in 0..<60 {
                    group.addTask {
                        var random = SeededGenerator(seed: seed &* 1000 &+ UInt64(call))
                        try? await clock.sleep(for: .milliseconds(Int.random(in: 0...3000, using: &random)))
                        let operation: ProviderOperation =
                            [.search, .hold, .status].randomElement(using: &random) ?? .search
                        let request = HTTPRequest(
                            .get, "http://127.0.0.1/", operation: operation, effect: .read,
                            deadline: clock.now.advanced(by: .milliseconds(Int.random(in: 1...9000, using: &random))))
                        let work = Task { try await guarded.send(request) }
                        if Bool.random(using: &random) {
                            try? await clock.sleep(for: .milliseconds(Int.random(in: 0...5000, using: &random)))
                            work.cancel()
                        }
                        _ = await work.result
                    }
                }
            }
        }
        #expect(fake.mostInFlight <= 4, "seed \(seed)")
        #expect(!fake.requests.isEmpty, "seed \(seed)")
        #expect(guarded.snapshot().inFlight == 0, "seed \(seed)")
        #expect(clock.sleeperCount == 0, "seed \(seed)")
        #expect(fake.inFlight == 0, "seed \(seed)")
    }
}
