import CurlTransport
import FarePorts
import FareTestSupport
import Resilience
import Testing

/// Runs `body` with a transport and a server that follows `script`; both are gone afterwards.
func withTransport<Result>(
    to script: @escaping FaultServer.Script = FaultServer.answering(),
    _ configuration: CurlConfiguration = CurlConfiguration(), clock: any MonotonicClock = SystemClock(),
    _ body: (CurlTransport, FaultServer) async throws -> Result
) async throws -> Result {
    let server = try FaultServer(script)
    defer { server.stop() }
    let transport = try CurlTransport(configuration: configuration, clock: clock)
    do {
        let result = try await body(transport, server)
        await transport.shutdown()
        return result
    } catch {
        await transport.shutdown()
        throw error
    }
}

extension HTTPRequest {
    /// A read with half a minute's time, unless told otherwise.
    static func test(
        _ url: String, _ method: Method = .get, headers: [HTTPHeader] = [], body: [UInt8]? = nil,
        effect: Effect = .read, deadline: MonotonicInstant = SystemClock().now.advanced(by: .seconds(30)),
        notAfter: MonotonicInstant = .distantFuture, timeout: Duration? = nil, connectTimeout: Duration? = nil,
        bodyLimit: Int? = nil
    ) -> HTTPRequest {
        HTTPRequest(
            method, url, headers: headers, body: body, operation: .search, effect: effect, deadline: deadline,
            notAfter: notAfter, timeout: timeout, connectTimeout: connectTimeout, bodyLimit: bodyLimit)
    }
}

extension CurlTransport {
    /// The error that sending must end with; nil, and an issue, if there is an answer.
    func failure(
        of request: HTTPRequest, sourceLocation: SourceLocation = #_sourceLocation
    ) async -> TransportError? {
        do {
            let response = try await send(request)
            Issue.record("answered with \(response.status)", sourceLocation: sourceLocation)
            return nil
        } catch {
            return error
        }
    }
}

/// An event that a server's script tells a test of.
struct Signal: Sendable {
    private let stream: AsyncStream<Void>
    private let continuation: AsyncStream<Void>.Continuation

    init() { (stream, continuation) = AsyncStream.makeStream(of: Void.self) }

    func fire() { continuation.yield() }

    /// Waits until it has been fired as often as that. One task at a time may wait.
    func wait(count: Int = 1) async {
        var seen = 0
        for await _ in stream {
            seen += 1
            if seen == count { return }
        }
    }
}
