import CurlTransport
import FarePorts
import FareTestSupport
import Resilience
import Testing

@Suite(.timeLimit(.minutes(1)))
struct SentOnceTests {
    /// Answers, but for what asks for `/close`: that is read, and then the connection ends.
    static let closing: FaultServer.Script = { connection in
        while let request = connection.readRequest(), request.path != "/close" {
            guard connection.answer() else { return }
        }
    }

    static func later(_ duration: Duration) -> MonotonicInstant { SystemClock().now.advanced(by: duration) }

    @Test func onceIsSeenOnceWhenAKeptConnectionEnds() async throws {
        try await withTransport(to: SentOnceTests.closing) { transport, server in
            _ = try await transport.send(.test(server.url()))
            let error = await transport.failure(
                of: .test(
                    server.url("/close"), .post, body: [1], effect: .once, notAfter: SentOnceTests.later(.seconds(30))))
            #expect(error?.code == .connectionLost)
            #expect(error?.maybeSent == true)
            #expect(server.requestCount == 2)
        }
    }

    /// Shows that the server above does provoke libcurl to send again.
    @Test func readIsSentAgainWhenAKeptConnectionEnds() async throws {
        try await withTransport(to: SentOnceTests.closing) { transport, server in
            _ = try await transport.send(.test(server.url()))
            let error = await transport.failure(of: .test(server.url("/close")))
            #expect(error?.code == .connectionLost)
            #expect(server.requestCount == 3)
        }
    }

    @Test func onceMakesItsOwnConnection() async throws {
        try await withTransport { transport, server in
            _ = try await transport.send(.test(server.url()))
            let response = try await transport.send(.test(server.url(), effect: .once))
            #expect(!response.timings.reusedConnection)
            #expect(server.connectionCount == 2)
        }
    }

    @Test(arguments: [Effect.once, .repeatable, .idempotent(key: "k")])
    func whatChangesSomethingIsNotSentAfterItsTime(_ effect: Effect) async throws {
        let clock = ManualClock()
        try await withTransport(clock: clock) { transport, server in
            let far = clock.now.advanced(by: .seconds(60))
            let past = clock.now.advanced(by: .nanoseconds(-1))
            let error = await transport.failure(
                of: .test(server.url(), effect: effect, deadline: far, notAfter: past))
            #expect(error?.code == .tooLate)
            #expect(error?.maybeSent == false)
            #expect(server.connectionCount == 0)
            let soon = clock.now.advanced(by: .seconds(5))
            let response = try await transport.send(
                .test(server.url(), effect: effect, deadline: far, notAfter: soon))
            #expect(response.status == 200)
        }
    }

    @Test func onceThatCanNotConnectInTimeIsTooLate() async throws {
        let blackHole = try FaultServerFullQueue()
        try await withTransport { transport, _ in
            let error = await transport.failure(
                of: .test(blackHole.url, effect: .once, notAfter: SentOnceTests.later(.milliseconds(150))))
            #expect(error?.code == .tooLate)
            #expect(error?.maybeSent == false)
        }
    }

    @Test(arguments: [Effect.once, .repeatable, .idempotent(key: "k")])
    func whatChangesSomethingIsNotSentWhenItsTimePassesWhileConnecting(_ effect: Effect) async throws {
        let clock = ManualClock()
        let lookup = StalledLookup()
        try await withTransport(clock: clock) { transport, server in
            let request = HTTPRequest.test(
                lookup.url(port: server.port), effect: effect, deadline: clock.now.advanced(by: .seconds(300)),
                notAfter: clock.now.advanced(by: .seconds(60)), timeout: .seconds(300), connectTimeout: .seconds(300))
            async let failure = transport.failure(of: request)
            await lookup.begun()
            clock.advance(by: .seconds(61))
            lookup.end()
            let error = await failure
            #expect(error?.code == .tooLate)
            #expect(error?.maybeSent == false)
            #expect(server.requestCount == 0)
        }
    }
}
