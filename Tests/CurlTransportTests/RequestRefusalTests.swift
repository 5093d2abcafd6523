import CurlTransport
import FarePorts
import FareTestSupport
import Testing

@Suite(.timeLimit(.minutes(1)))
struct RequestRefusalTests {
    @Test(arguments: [
        "file:///etc/passwd", "ftp://127.0.0.1/", "gopher://127.0.0.1/", "127.0.0.1/", "", "http://", "http:///path",
        "http://127.0.0.1/a b", "http://127.0.0.1/\r\nX-Injected: 1", "http://127.0.0.1/\0", "http://127.0.0.1/é",
        "http://127.0.0.1:99999/",
    ])
    func urlThatMayNotBeCalledIsRefused(_ url: String) async throws {
        try await withTransport { transport, _ in
            let error = await transport.failure(of: .test(url))
            #expect(error?.code == .badRequest)
            #expect(error?.maybeSent == false)
        }
    }

    @Test(arguments: [
        HTTPHeader("X-Value", "a\r\nX-Injected: 1"), HTTPHeader("X-Value", "a\nb"), HTTPHeader("X-Value", "a\0b"),
        HTTPHeader("X Name", "a"), HTTPHeader("X-Name:", "a"), HTTPHeader("X-Name\r\nX", "a"), HTTPHeader("", "a"),
        HTTPHeader("Content-Length", "3"), HTTPHeader("transfer-encoding", "chunked"),
    ])
    func headerThatCouldInjectIsRefused(_ header: HTTPHeader) async throws {
        try await withTransport { transport, server in
            let error = await transport.failure(of: .test(server.url(), headers: [header]))
            #expect(error?.code == .badRequest)
            #expect(error?.maybeSent == false)
            #expect(server.connectionCount == 0)
        }
    }

    @Test func errorNamesTheHostButNoCredentials() async throws {
        let blackHole = try FaultServerFullQueue()
        try await withTransport { transport, _ in
            let url = "http://name:secret@127.0.0.1:\(blackHole.port)/path?token=secret"
            let error = await transport.failure(of: .test(url, connectTimeout: .milliseconds(50)))
            #expect(error?.detail.contains("127.0.0.1:\(blackHole.port)") == true)
            #expect(error?.detail.contains("secret") == false)
        }
    }
}
