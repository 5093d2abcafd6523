import CurlTransport
import FarePorts
import FareTestSupport
import Resilience
import Testing

@Suite(.timeLimit(.minutes(1)))
struct FaultyPeerTests {
    static let head = "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n"

    struct Fault: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var code: TransportError.Code
        var script: FaultServer.Script
    }

    static let faults = [
        Fault(testDescription: "silence", code: .timedOut, script: FaultServer.stalling()),
        Fault(
            testDescription: "stall in the body", code: .timedOut, script: FaultServer.stalling(after: head + "12345")),
        Fault(
            testDescription: "stall in the head", code: .timedOut, script: FaultServer.stalling(after: "HTTP/1.1 20")),
        Fault(
            testDescription: "a byte at a time", code: .timedOut,
            script: FaultServer.dripping(String(repeating: "x", count: 1000), pauseMilliseconds: 5)),
        Fault(testDescription: "reset", code: .connectionLost, script: FaultServer.resetting()),
        Fault(
            testDescription: "reset in the body", code: .connectionLost,
            script: FaultServer.resetting(after: head + "1")),
        Fault(testDescription: "close", code: .connectionLost, script: FaultServer.sending("")),
        Fault(testDescription: "half a body", code: .connectionLost, script: FaultServer.sending(head + "12345")),
        Fault(
            testDescription: "a chunk that ends early", code: .connectionLost,
            script: FaultServer.sending("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nff\r\nabc")),
        Fault(
            testDescription: "not HTTP", code: .malformedAnswer, script: FaultServer.sending("SSH-2.0-server\r\n\r\n")),
        Fault(
            testDescription: "a negative length", code: .malformedAnswer,
            script: FaultServer.sending("HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\nhello")),
        Fault(
            testDescription: "not gzip", code: .malformedAnswer,
            script: FaultServer.sending("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\nplain text")),
        Fault(
            testDescription: "endless headers", code: .malformedAnswer,
            script: FaultServer.sending(
                "HTTP/1.1 200 OK\r\n" + String(repeating: "X-Filler: 0123456789\r\n", count: 5000) + "\r\n")),
    ]

    @Test(arguments: faults)
    func faultIsToldApartAndMaybeSent(_ fault: Fault) async throws {
        try await withTransport(to: fault.script) { transport, server in
            // Short only where the timeout is what ends it: a busy machine must not turn the others into timeouts.
            let timeout: Duration = fault.code == .timedOut ? .seconds(2) : .seconds(20)
            let error = await transport.failure(of: .test(server.url(), timeout: timeout))
            #expect(error?.code == fault.code)
            #expect(error?.maybeSent == true)
            #expect(error?.detail.contains("127.0.0.1:\(server.port)") == true)
            #expect(server.requestCount == 1)
        }
    }

    @Test func bytesBehindTheAnnouncedLengthAreNotTheBody() async throws {
        try await withTransport(to: FaultServer.sending(FaultyPeerTests.head + "0123456789HTTP/1.1 200 OK\r\n\r\n")) {
            transport, server in
            let response = try await transport.send(.test(server.url()))
            #expect(Array(response.body.bytes) == Array("0123456789".utf8))
            // What came behind must not answer the next request.
            let next = try await transport.send(.test(server.url()))
            #expect(Array(next.body.bytes) == Array("0123456789".utf8))
            #expect(server.connectionCount == 2)
        }
    }

    @Test(arguments: [true, false])
    func floodEndsAtTheLimit(announced: Bool) async throws {
        let script = FaultServer.flooding(byteCount: 100 * 1024 * 1024, announced: announced)
        try await withTransport(to: script) { transport, server in
            let error = await transport.failure(of: .test(server.url(), bodyLimit: 1024 * 1024))
            #expect(error?.code == .bodyTooLarge)
            #expect(error?.maybeSent == true)
        }
    }

    @Test func bodyOfExactlyTheLimitPasses() async throws {
        let script = FaultServer.answering { _ in [UInt8](repeating: 1, count: 1000) }
        try await withTransport(to: script) { transport, server in
            let response = try await transport.send(.test(server.url(), bodyLimit: 1000))
            #expect(response.body.count == 1000)
            let error = await transport.failure(of: .test(server.url(), bodyLimit: 999))
            #expect(error?.code == .bodyTooLarge)
        }
    }

    @Test func deadlineEndsATransferBeforeItsTimeout() async throws {
        try await withTransport(to: FaultServer.stalling()) { transport, server in
            let clock = SystemClock()
            // Long enough for the request to be sent, and far below the timeout.
            let deadline = clock.now.advanced(by: .seconds(2))
            let error = await transport.failure(of: .test(server.url(), deadline: deadline, timeout: .seconds(20)))
            #expect(error?.code == .timedOut)
            #expect(error?.maybeSent == true)
            #expect(clock.now < deadline.advanced(by: .seconds(5)))
        }
    }
}

@Suite(.timeLimit(.minutes(1)))
struct UnreachablePeerTests {
    @Test func refusedPortIsNotSent() async throws {
        let server = try FaultServer(FaultServer.answering())
        let url = server.url()
        server.stop()
        try await withTransport { transport, _ in
            let error = await transport.failure(of: .test(url))
            #expect(error?.code == .couldNotConnect)
            #expect(error?.maybeSent == false)
        }
    }

    @Test func blackHoleEndsAtTheConnectTimeout() async throws {
        let blackHole = try FaultServerFullQueue()
        try await withTransport { transport, _ in
            let error = await transport.failure(
                of: .test(blackHole.url, timeout: .seconds(30), connectTimeout: .milliseconds(150)))
            #expect(error?.code == .couldNotConnect)
            #expect(error?.maybeSent == false)
        }
    }

    @Test func totalTimeoutShorterThanTheConnectTimeoutIsATimeout() async throws {
        let blackHole = try FaultServerFullQueue()
        try await withTransport { transport, _ in
            let error = await transport.failure(
                of: .test(blackHole.url, timeout: .milliseconds(150), connectTimeout: .seconds(30)))
            #expect(error?.code == .timedOut)
            #expect(error?.maybeSent == false)
        }
    }

    @Test func stallInTheHandshakeIsNotSent() async throws {
        try await withTransport(to: { $0.waitForClose() }) { transport, server in
            let url = "https://127.0.0.1:\(server.port)/"
            let error = await transport.failure(of: .test(url, connectTimeout: .milliseconds(150)))
            #expect(error?.code == .couldNotConnect)
            #expect(error?.maybeSent == false)
        }
    }

    @Test func peerWithoutTLSIsNotTrusted() async throws {
        let script: FaultServer.Script = { $0.write("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n") }
        try await withTransport(to: script) { transport, server in
            let error = await transport.failure(of: .test("https://127.0.0.1:\(server.port)/"))
            #expect(error?.code == .untrusted)
            #expect(error?.maybeSent == false)
        }
    }

    @Test func passedDeadlineIsNotSent() async throws {
        try await withTransport { transport, server in
            let error = await transport.failure(of: .test(server.url(), deadline: SystemClock().now))
            #expect(error?.code == .timedOut)
            #expect(error?.maybeSent == false)
            #expect(server.connectionCount == 0)
        }
    }
}
