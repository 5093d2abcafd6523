import FareDomain
import FarePorts
import WireFormats

/// Posts messages, and tells answers from failures.
struct NDCClient: Sendable {
    private let endpoint: String
    private let apiKey: String
    private let transport: any HTTPTransport
    private let clock: any WallClock

    init(endpoint: String, apiKey: String, transport: any HTTPTransport, clock: any WallClock) {
        self.endpoint = endpoint
        self.apiKey = apiKey
        self.transport = transport
        self.clock = clock
    }

    /// Sends a message, and runs `body` over the `Response` of its answer. What can't be read leaves the outcome
    /// unknown.
    func send<Result>(
        _ call: NDCCall, _ body: (XMLElement) throws(WireError) -> Result
    ) async throws(NDCFailure) -> Result {
        let http: HTTPResponse
        do throws(TransportError) {
            http = try await transport.send(call.request(endpoint: endpoint, apiKey: apiKey))
        } catch {
            throw NDCFailure(ProviderError(error))
        }
        guard http.isSuccess else { throw NDCProblem(http, now: clock.timestamp).failure(of: call) }
        let root: XMLElement
        do throws(WireError) {
            root = try XMLDocument(http.body).root
            // Warnings stand inside a `Response`. An `Error` stands in its place.
            if let response = root.first("Response"), !response.children.isEmpty { return try body(response) }
        } catch {
            throw NDCFailure(ProviderError(.unreadable, outcome: .unknown, detail: error.description))
        }
        if let problem = NDCProblem(root) { throw problem.failure(of: call) }
        let detail = "neither a response nor an error"
        throw NDCFailure(ProviderError(.unreadable, outcome: .unknown, detail: detail))
    }
}
