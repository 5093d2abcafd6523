import CurlTransport
import FarePorts
import FareTestSupport
import Resilience
import Testing

@Suite(.timeLimit(.minutes(1)))
struct StalledLookupTests {
    @Test func stalledLookupEndsAtItsTimeoutAndHoldsNobodyElse() async throws {
        let lookups = [StalledLookup(), StalledLookup()]
        let start = SystemClock().now
        defer { for lookup in lookups { lookup.end() } }
        try await withTransport { transport, server in
            async let first = transport.failure(
                of: .test(lookups[0].url(port: server.port), connectTimeout: .milliseconds(200)))
            async let second = transport.failure(
                of: .test(lookups[1].url(port: server.port), timeout: .milliseconds(300)))
            await lookups[0].begun()
            await lookups[1].begun()
            for _ in 0..<50 {
                let response = try await transport.send(.test(server.url()))
                #expect(response.status == 200)
            }
            let errors = await [first, second]
            #expect(errors.map { $0?.code } == [.couldNotConnect, .timedOut])
            #expect(errors.map { $0?.maybeSent } == [false, false])
            #expect(start.duration(to: SystemClock().now) < StalledLookup.patience / 2)
        }
    }

    @Test func shutdownDoesNotWaitForAStalledLookup() async throws {
        let lookup = StalledLookup()
        let start = SystemClock().now
        defer { lookup.end() }
        try await withTransport { transport, server in
            async let failure = transport.failure(of: .test(lookup.url(port: server.port)))
            await lookup.begun()
            await transport.shutdown()
            let error = await failure
            #expect(start.duration(to: SystemClock().now) < StalledLookup.patience / 2)
            #expect(error?.code == .shutDown)
            #expect(error?.maybeSent == false)
        }
    }
}
