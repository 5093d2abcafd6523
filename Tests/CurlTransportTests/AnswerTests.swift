import CurlTransport
import FarePorts
import FareTestSupport
import Synchronization
import Testing

@Suite(.timeLimit(.minutes(1)))
struct AnswerTests {
    @Test func getBringsStatusHeadersAndBody() async throws {
        let script = FaultServer.answering(status: 404, headers: ["X-Trace:  one two ", "X-Empty:"]) { request in
            Array("\(request.method) \(request.path) \(request.header("accept-language") ?? "-")".utf8)
        }
        try await withTransport(to: script) { transport, server in
            let response = try await transport.send(
                .test(server.url("/offers?id=1"), headers: [HTTPHeader("Accept-Language", "en")]))
            #expect(response.status == 404)
            #expect(response.header("x-trace") == "one two")
            #expect(response.header("X-Empty") == "")
            #expect(String(decoding: response.body.bytes, as: UTF8.self) == "GET /offers?id=1 en")
        }
    }

    @Test(arguments: [HTTPRequest.Method.get, .post, .put, .patch, .delete])
    func everyMethodCarriesItsBodyAsItIs(_ method: HTTPRequest.Method) async throws {
        let seen = Mutex<FaultServerConnection.Request?>(nil)
        let script = FaultServer.answering { request in
            seen.withLock { $0 = request }
            return request.body
        }
        try await withTransport(to: script) { transport, server in
            // With a zero inside, and larger than libcurl asks "100 Continue" for.
            let body = [UInt8]("{\"a\":\0}".utf8) + [UInt8](repeating: 0x61, count: 2_000_000)
            let response = try await transport.send(
                .test(server.url(), method, headers: [HTTPHeader("Content-Type", "application/json")], body: body))
            #expect(Array(response.body.bytes) == body)
            let request = try #require(seen.withLock { $0 })
            #expect(request.method == method.rawValue)
            #expect(request.header("content-type") == "application/json")
            #expect(request.header("expect") == nil)
        }
    }

    @Test func onlyWhatWasAskedForIsSent() async throws {
        let seen = Mutex<[FaultServerConnection.Request]>([])
        let script = FaultServer.answering(headers: ["Set-Cookie: a=b"]) { request in
            seen.withLock { $0.append(request) }
            return []
        }
        try await withTransport(to: script) { transport, server in
            _ = try await transport.send(.test(server.url(), .post, headers: [HTTPHeader("X-Blank", "")], body: []))
            _ = try await transport.send(.test(server.url(), .delete))
            let requests = seen.withLock { $0 }
            #expect(requests.map(\.method) == ["POST", "DELETE"])
            #expect(requests[0].header("x-blank") == "")
            #expect(requests[0].header("content-length") == "0")
            #expect(requests[0].header("content-type") == nil)
            #expect(requests[0].header("user-agent") == "faremux")
            #expect(requests[1].header("cookie") == nil)
            #expect(requests[1].header("accept-encoding")?.contains("gzip") == true)
        }
    }

    @Test func requestsInARowShareAConnection() async throws {
        try await withTransport { transport, server in
            let first = try await transport.send(.test(server.url())).timings
            let second = try await transport.send(.test(server.url())).timings
            #expect(!first.reusedConnection)
            #expect(first.connect > .zero && first.connect <= first.firstByte && first.firstByte <= first.total)
            #expect(second.reusedConnection)
            #expect(second.connect == .zero && second.total > .zero)
            #expect(server.connectionCount == 1)
        }
    }

    @Test func compressedBodyArrivesPlain() async throws {
        let script = FaultServer.answering(headers: ["Content-Encoding: gzip"]) { _ in compressed }
        try await withTransport(to: script) { transport, server in
            let response = try await transport.send(.test(server.url()))
            #expect(Array(response.body.bytes) == Array(String(repeating: "faremux ", count: 64).utf8))
        }
    }

    @Test func limitCountsDecompressedBytes() async throws {
        let script = FaultServer.answering(headers: ["Content-Encoding: gzip"]) { _ in compressed }
        try await withTransport(to: script) { transport, server in
            let error = await transport.failure(of: .test(server.url(), bodyLimit: 511))
            #expect(error?.code == .bodyTooLarge)
        }
    }

    @Test func redirectIsAnAnswer() async throws {
        let script = FaultServer.answering(status: 302, headers: ["Location: /elsewhere"])
        try await withTransport(to: script) { transport, server in
            let response = try await transport.send(.test(server.url()))
            #expect(response.status == 302)
            #expect(response.header("location") == "/elsewhere")
            #expect(server.requestCount == 1)
        }
    }

    @Test func interimAnswersAndTrailersAddNoHeaders() async throws {
        let script = FaultServer.sending(
            "HTTP/1.1 103 Early Hints\r\nX-Early: 1\r\n\r\nHTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                + "2\r\nok\r\n0\r\nX-Late: 1\r\n\r\n")
        try await withTransport(to: script) { transport, server in
            let response = try await transport.send(.test(server.url()))
            #expect(response.headers == [HTTPHeader("Transfer-Encoding", "chunked")])
            #expect(Array(response.body.bytes) == Array("ok".utf8))
        }
    }
}

/// 512 bytes, eight of them 64 times, in gzip's format.
private let compressed: [UInt8] = [
    0x1F, 0x8B, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x02, 0x03, 0x4B, 0x4B, 0x2C, 0x4A, 0xCD, 0x2D, 0xAD, 0x50,
    0x48, 0x1B, 0xA5, 0x47, 0x24, 0x0D, 0x00, 0x4C, 0x47, 0x73, 0x5C, 0x00, 0x02, 0x00, 0x00,
]
