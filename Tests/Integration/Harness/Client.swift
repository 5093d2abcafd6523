import CurlTransport
import FarePorts
import Resilience
import WireFormats

/// Calls servers on loopback, and reads their answers as JSON.
struct Client: Sendable {
    struct Answer: Sendable {
        var status: Int
        var headers: [HTTPHeader]
        var bytes: [UInt8]
        var elapsed: Duration

        var text: String { String(decoding: bytes, as: UTF8.self) }

        /// The body; an empty object where it is not JSON.
        var json: JSONValue {
            get throws { try JSONDocument(PaddedBytes(bytes)).root }
        }

        func header(_ name: String) -> String? {
            headers.first { $0.name.lowercased() == name.lowercased() }?.value
        }
    }

    let base: String
    let transport: CurlTransport

    func send(
        _ method: HTTPRequest.Method, _ path: String, body: [UInt8]? = nil, headers: [HTTPHeader] = [],
        timeout: Duration = .seconds(30)
    ) async throws -> Answer {
        let clock = SystemClock()
        let start = clock.now
        var request = HTTPRequest(
            method, base + path, headers: headers, body: body, operation: .status, effect: .read,
            deadline: start.advanced(by: timeout))
        request.timeout = timeout
        let response = try await transport.send(request)
        return Answer(
            status: response.status, headers: response.headers, bytes: Array(response.body.bytes),
            elapsed: start.duration(to: clock.now))
    }

    func get(_ path: String) async throws -> Answer { try await send(.get, path) }

    func post(_ path: String, _ body: JSONNode, headers: [HTTPHeader] = []) async throws -> Answer {
        try await send(
            .post, path, body: body.bytes, headers: [HTTPHeader("Content-Type", "application/json")] + headers)
    }
}
