import ArgumentParser
import CurlTransport
import FarePorts
import Resilience
import WireFormats

/// Where the running service is.
struct ServerOptions: ParsableArguments {
    @Option(help: "The running service.")
    var server = "http://127.0.0.1:8080"

    @Option(help: "The environment variable that has the API key, where the service wants one.")
    var keyEnv = "FAREMUX_API_KEY"
}

/// Talks to a running service.
struct ServerClient {
    private let server: String
    private let key: String?
    private let transport: CurlTransport
    private let clock = SystemClock()

    init(_ options: ServerOptions, environment: [String: String]) throws {
        server = options.server.hasSuffix("/") ? String(options.server.dropLast()) : options.server
        key = environment[options.keyEnv]
        transport = try CurlTransport()
    }

    /// The longest that the service takes over a caller's request, and some more.
    static let patience = Duration.seconds(150)

    /// - Parameters:
    ///   - idempotencyKey: of a request that has an effect.
    ///   - patience: how long to wait for the answer.
    /// - Throws: `Refusal` where there is no answer, or one that is not JSON.
    func send(
        _ method: HTTPRequest.Method, _ path: String, body: JSONNode? = nil, idempotencyKey: String? = nil,
        patience: Duration = patience
    ) async throws -> (status: Int, body: JSONValue) {
        var headers = [HTTPHeader("Accept", "application/json")]
        if let idempotencyKey { headers.append(HTTPHeader("Idempotency-Key", idempotencyKey)) }
        if body != nil { headers.append(HTTPHeader("Content-Type", "application/json")) }
        if let key { headers.append(HTTPHeader("Authorization", "Bearer \(key)")) }
        var request = HTTPRequest(
            method, server + path, headers: headers, body: body?.bytes, operation: .status,
            effect: idempotencyKey.map { .idempotent(key: $0) } ?? .read,
            deadline: clock.now.advanced(by: patience))
        request.timeout = patience
        do {
            let response = try await transport.send(request)
            await transport.shutdown()
            return (response.status, try JSONDocument(response.body).root)
        } catch let error as TransportError {
            throw Refusal("\(server) gave no answer (\(error.code.rawValue)): is `faremux serve` running there?")
        } catch let error as WireError {
            throw Refusal("\(server) did not answer in JSON: \(error)")
        }
    }
}
