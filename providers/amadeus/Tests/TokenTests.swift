import FareDomain
import FarePorts
import FareTestSupport
import Resilience
import Testing

@testable import AmadeusProvider

@Suite("Amadeus: access tokens", .timeLimit(.minutes(1)))
struct TokenTests {
    private let clock = ManualClock()

    /// `t1`, `t2`… as they are asked for; all other calls are answered by `reply`.
    private func transport(
        expiresIn seconds: String = "1799", token: FakeTransport.Reply? = nil,
        reply: @escaping @Sendable (HTTPRequest) -> FakeTransport.Reply = { _ in
            .answer(200, body: AmadeusFixture.order())
        }
    ) -> FakeTransport {
        let tokens = Counter()
        return FakeTransport(clock: clock) { request, _ in
            guard request.operation == .token else { return reply(request) }
            let body = #"{"access_token":"t\#(tokens.next() + 1)","expires_in":\#(seconds)}"#
            return token ?? .answer(200, body: body)
        }
    }

    private func status(_ provider: AmadeusProvider) async throws -> ProviderOrder {
        try await provider.status(of: AmadeusHarness.heldOrder(), context: AmadeusFixture.context(clock))
    }

    private func tokens(_ transport: FakeTransport) -> [HTTPRequest] {
        transport.requests.filter { $0.operation == .token }
    }

    private func bearers(_ transport: FakeTransport) -> [String] {
        transport.requests.compactMap { $0.header("Authorization") }
    }

    @Test func aTokenIsAskedForAsAForm() async throws {
        let transport = transport()
        _ = try await status(AmadeusHarness.provider(transport, clock))
        let request = try #require(tokens(transport).first)
        #expect(request.method == .post)
        #expect(request.url == "https://amadeus.test/v1/security/oauth2/token")
        #expect(request.text == "grant_type=client_credentials&client_id=key&client_secret=s3cr%26t")
        #expect(request.header("Content-Type") == "application/x-www-form-urlencoded")
        #expect(request.header("X-Request-Id") == "req-1")
        #expect(request.header("Authorization") == nil)
        #expect(request.effect == .read)
        // It belongs to the lane of the call that it is for.
        #expect(request.lane == .aftercare)
        #expect(bearers(transport) == ["Bearer t1"])
    }

    @Test func aHundredCallsAtOnceRenewOnce() async throws {
        let transport = transport(token: .after(.seconds(1), .answer(200, body: AmadeusFixture.token)))
        let provider = AmadeusHarness.provider(transport, clock)
        let clock = clock
        let failures = await clock.runAdvancing {
            await withTaskGroup(of: Bool.self) { group in
                for _ in 0..<100 { group.addTask { (try? await self.status(provider)) == nil } }
                return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
            }
        }
        #expect(failures == 0)
        #expect(tokens(transport).count == 1)
        #expect(transport.requests.count == 101)
    }

    @Test func aTokenIsUsedUntilItIsNearlyOver() async throws {
        let transport = transport()
        let provider = AmadeusHarness.provider(transport, clock)
        _ = try await status(provider)
        clock.advance(by: .seconds(1799 - 121))
        _ = try await status(provider)
        #expect(tokens(transport).count == 1)
        clock.advance(by: .seconds(1))
        _ = try await status(provider)
        #expect(tokens(transport).count == 2)
        #expect(bearers(transport) == ["Bearer t1", "Bearer t1", "Bearer t2"])
    }

    @Test func aRenewalAheadOfTimeThatFailsCostsNothing() async throws {
        let tokens = Counter()
        let transport = FakeTransport(clock: clock) { request, _ in
            guard request.operation == .token else { return .answer(200, body: AmadeusFixture.order()) }
            return tokens.next() == 0 ? .answer(200, body: AmadeusFixture.token) : .answer(503)
        }
        let provider = AmadeusHarness.provider(transport, clock)
        _ = try await status(provider)
        clock.advance(by: .seconds(1700))
        for _ in 0..<5 { _ = try await status(provider) }
        // One try, and then a pause.
        #expect(tokens.count == 2)
        clock.advance(by: .seconds(10))
        _ = try await status(provider)
        #expect(tokens.count == 3)
        // Past its end it is not sent any more.
        clock.advance(by: .seconds(79))
        let error = await #expect(throws: ProviderError.self) { _ = try await status(provider) }
        #expect(error?.code == .serverError)
        #expect(error?.outcome == .notApplied)
    }

    @Test(arguments: ["0", "-5", "1", #""soon""#, "1e3", "99999999999999999999"])
    func aStrangeLifeOfATokenDoesNoHarm(seconds: String) async throws {
        let transport = transport(expiresIn: seconds)
        let provider = AmadeusHarness.provider(transport, clock)
        _ = try await status(provider)
        _ = try await status(provider)
        #expect((1...2).contains(tokens(transport).count))
    }

    @Test func aRefusedTokenIsReplacedAndTheCallDoneOnceMore() async throws {
        let transport = transport { request in
            request.header("Authorization") == "Bearer t1"
                ? .answer(401, body: AmadeusFixture.error("38192", status: "401", title: "Access token expired"))
                : .answer(201, body: AmadeusFixture.order())
        }
        let provider = AmadeusHarness.provider(transport, clock)
        let offer = try await AmadeusHarness.offer(AmadeusFixture.offer())
        // Also a call that may happen once only: a refused token is a refused call.
        let order = try await provider.hold(AmadeusHarness.request(offer), context: AmadeusFixture.context(clock))
        #expect(order.locator == "QVH2BX")
        #expect(bearers(transport) == ["Bearer t1", "Bearer t2"])
        let holds = transport.requests.filter { $0.operation == .hold }
        #expect(holds.map(\.effect) == [.once, .once])
        #expect(holds.allSatisfy { $0.notAfter == AmadeusFixture.context(clock).notAfter })
        #expect(holds[0].body == holds[1].body)
    }

    @Test func aTokenThatIsRefusedTwiceIsOurCredentialsFault() async throws {
        let transport = transport { _ in .answer(401) }
        let provider = AmadeusHarness.provider(transport, clock)
        let error = await #expect(throws: ProviderError.self) {
            _ = try await provider.confirm(AmadeusHarness.heldOrder(), context: AmadeusFixture.context(clock))
        }
        #expect(error?.code == .unauthorized)
        #expect(error?.outcome == .notApplied)
        #expect(transport.requests.filter { $0.operation == .confirm }.count == 2)
    }

    @Test(arguments: [
        (
            401,
            #"{"error":"invalid_client","error_description":"Invalid","code":38187,"title":"Invalid parameters"}"#,
            ProviderError.Code.unauthorized, "access token: 38187 Invalid parameters"
        ),
        (400, #"{"error":"unauthorized_client"}"#, .unauthorized, "access token: unauthorized_client"),
        (429, "", .rateLimited, "access token: HTTP 429"),
        (
            500, AmadeusFixture.error("141", status: "500", title: "SYSTEM ERROR"), .serverError,
            "access token: 141 SYSTEM ERROR"
        ),
        (200, "{}", .unreadable, "access token: not in the answer"),
        (200, #"{"access_token":"a b\n"}"#, .unreadable, "access token: not in the answer"),
        (200, "<html>", .unreadable, "access token: not in the answer"),
    ]) func withoutATokenNothingWasDone(
        status: Int, body: String, code: ProviderError.Code, detail: String
    ) async throws {
        let transport = transport(token: .answer(status, body: body))
        let provider = AmadeusHarness.provider(transport, clock)
        let error = await #expect(throws: ProviderError.self) {
            _ = try await provider.confirm(AmadeusHarness.heldOrder(), context: AmadeusFixture.context(clock))
        }
        #expect(error?.code == code)
        #expect(error?.outcome == .notApplied)
        #expect(error?.detail == detail)
        #expect(transport.requests.allSatisfy { $0.operation == .token })
    }

    @Test func aTokenRequestThatMayHaveBeenSentLeavesTheCallNotApplied() async throws {
        let transport = transport(token: .fail(TransportError(.connectionLost, maybeSent: true)))
        let provider = AmadeusHarness.provider(transport, clock)
        let error = await #expect(throws: ProviderError.self) {
            _ = try await provider.confirm(AmadeusHarness.heldOrder(), context: AmadeusFixture.context(clock))
        }
        #expect(error?.code == .connectionLost)
        #expect(error?.outcome == .notApplied)
    }

    @Test func aFailedRenewalFailsThoseWhoWaitAndNobodyLater() async throws {
        let tokens = Counter()
        let transport = FakeTransport(clock: clock) { request, _ in
            guard request.operation == .token else { return .answer(200, body: AmadeusFixture.order()) }
            return tokens.next() == 0 ? .after(.seconds(1), .answer(500)) : .answer(200, body: AmadeusFixture.token)
        }
        let provider = AmadeusHarness.provider(transport, clock)
        await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<10 { group.addTask { (try? await self.status(provider)) == nil } }
            // The one who renews, and nine who wait with a deadline each.
            await clock.sleepers(atLeast: 10)
            clock.advance(by: .seconds(1))
            let failed = await group.reduce(0) { $0 + ($1 ? 1 : 0) }
            #expect(failed == 10)
        }
        #expect(tokens.count == 1)
        _ = try await status(provider)
        #expect(tokens.count == 2)
    }

    @Test func whenTheOneWhoRenewsIsCancelledTheNextTakesOver() async throws {
        let tokens = Counter()
        let transport = FakeTransport(clock: clock) { request, _ in
            guard request.operation == .token else { return .answer(200, body: AmadeusFixture.order()) }
            return tokens.next() == 0 ? .hang : .answer(200, body: AmadeusFixture.token)
        }
        let provider = AmadeusHarness.provider(transport, clock)
        await withTaskGroup(of: Void.self) { group in
            group.addTask {
                let error = await #expect(throws: ProviderError.self) { _ = try await self.status(provider) }
                #expect(error?.code == .cancelled)
                #expect(error?.outcome == .notApplied)
            }
            await clock.sleepers(atLeast: 1)
            await withTaskGroup(of: Bool.self) { others in
                for _ in 0..<5 { others.addTask { (try? await self.status(provider)) != nil } }
                await clock.sleepers(atLeast: 6)
                group.cancelAll()
                let served = await others.reduce(0) { $0 + ($1 ? 1 : 0) }
                #expect(served == 5)
            }
        }
        #expect(tokens.count == 2)
    }

    @Test func aHundredCallsWithARefusedTokenRenewOnce() async throws {
        let transport = transport { request in
            request.header("Authorization") == "Bearer t1"
                ? .after(.seconds(1), .answer(401)) : .answer(200, body: AmadeusFixture.order())
        }
        let provider = AmadeusHarness.provider(transport, clock)
        let clock = clock
        let failures = await clock.runAdvancing {
            await withTaskGroup(of: Bool.self) { group in
                for _ in 0..<100 { group.addTask { (try? await self.status(provider)) == nil } }
                return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
            }
        }
        #expect(failures == 0)
        #expect(tokens(transport).count == 2)
        // Who comes late finds the new token, and need not be refused first.
        #expect(bearers(transport).count { $0 == "Bearer t2" } == 100)
    }

    @Test func anOpenCircuitOfOneLaneDoesNotFailTheCallsOfAnother() async throws {
        let transport = FakeTransport(clock: clock) { request, _ in
            guard request.operation == .token else { return .answer(200, body: AmadeusFixture.order()) }
            return request.lane == .search
                ? .after(.seconds(1), .fail(TransportError(.circuitOpen, maybeSent: false)))
                : .answer(200, body: AmadeusFixture.token)
        }
        let provider = AmadeusHarness.provider(transport, clock)
        async let searched = #expect(throws: ProviderError.self) {
            _ = try await provider.search(AmadeusFixture.query(), context: AmadeusFixture.context(clock))
        }
        await clock.sleepers(atLeast: 1)
        async let asked = status(provider)
        await clock.sleepers(atLeast: 2)
        clock.advance(by: .seconds(1))
        #expect(await searched?.code == .circuitOpen)
        #expect(try await asked.locator == "QVH2BX")
    }

    @Test func whoeverWaitsDoesSoNoLongerThanItsOwnDeadline() async throws {
        let transport = transport(token: .hang)
        let provider = AmadeusHarness.provider(transport, clock)
        let clock = clock
        await withTaskGroup(of: Void.self) { group in
            group.addTask { _ = try? await self.status(provider) }
            await clock.sleepers(atLeast: 1)
            async let waiting: Void = {
                let error = await #expect(throws: ProviderError.self) {
                    _ = try await provider.status(
                        of: AmadeusHarness.heldOrder(), context: AmadeusFixture.context(clock, deadline: .seconds(2)))
                }
                #expect(error?.code == .timedOut)
                #expect(error?.outcome == .notApplied)
            }()
            await clock.sleepers(atLeast: 2)
            clock.advance(by: .seconds(2))
            await waiting
            group.cancelAll()
        }
        #expect(transport.requests.count == 1)
    }
}
