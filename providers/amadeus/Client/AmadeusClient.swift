import FarePorts
import Resilience
import WireFormats

/// Sends calls with a valid token, and turns whatever comes back into a document or a `ProviderError`.
struct AmadeusClient: Sendable {
    private let baseURL: String
    private let transport: any HTTPTransport
    private let tokens: TokenKeeper

    init(
        baseURL: String, credentials: AmadeusCredentials, transport: any HTTPTransport, clock: any MonotonicClock
    ) {
        self.baseURL = baseURL
        self.transport = transport
        let source = TokenSource(baseURL: baseURL, credentials: credentials, transport: transport, clock: clock)
        tokens = TokenKeeper(source: source, clock: clock)
    }

    /// The body of a successful answer.
    func send(_ call: AmadeusCall, context: CallContext) async throws(ProviderError) -> JSONDocument {
        let response = try await perform(call, context: context)
        let document: JSONDocument
        do throws(WireError) {
            document = try JSONDocument(response.body)
        } catch {
            throw ProviderError(.unreadable, outcome: call.outcomeInDoubt, detail: error.description)
        }
        if document.root["data"] == nil, let refusal = AmadeusFailure(document.root) {
            throw ProviderError(refusal, status: response.status, of: call)
        }
        return document
    }

    /// A successful answer, whatever its body.
    func perform(_ call: AmadeusCall, context: CallContext) async throws(ProviderError) -> HTTPResponse {
        let token = try await token(for: call, context: context)
        let response = try await transfer(call, token, context)
        guard response.status == 401 else { return try checked(response, call) }
        // A refused token means that nothing was done, whatever the call is: once more with a new one is safe.
        tokens.invalidate(token)
        let fresh = try await self.token(for: call, context: context)
        return try checked(try await transfer(call, fresh, context), call)
    }

    private func token(for call: AmadeusCall, context: CallContext) async throws(ProviderError) -> AccessToken {
        var context = context
        // A call that must not be sent after an instant needs no token after it either.
        if call.effect != .read { context.deadline = min(context.deadline, context.notAfter) }
        return try await tokens.token(lane: call.operation.lane, context: context)
    }

    private func transfer(
        _ call: AmadeusCall, _ token: AccessToken, _ context: CallContext
    ) async throws(ProviderError) -> HTTPResponse {
        var headers = [
            HTTPHeader("Accept", "application/json, application/vnd.amadeus+json"),
            HTTPHeader("Authorization", "Bearer \(token.value)"),
        ]
        if call.body != nil { headers.append(HTTPHeader("Content-Type", "application/vnd.amadeus+json")) }
        if call.overridesMethod { headers.append(HTTPHeader("X-HTTP-Method-Override", "GET")) }
        let request = HTTPRequest(
            call.method, baseURL + call.path, headers: headers + context.traceHeaders, body: call.body,
            operation: call.operation, effect: call.effect, deadline: context.deadline, notAfter: context.notAfter)
        do throws(TransportError) {
            return try await transport.send(request)
        } catch {
            throw ProviderError(error)
        }
    }

    private func checked(_ response: HTTPResponse, _ call: AmadeusCall) throws(ProviderError) -> HTTPResponse {
        guard !response.isSuccess else { return response }
        let document = try? JSONDocument(response.body)
        let failure = document.flatMap { AmadeusFailure($0.root) } ?? AmadeusFailure()
        var error = ProviderError(failure, status: response.status, of: call)
        if error.code == .rateLimited { error.retryAfter = response.retryAfter }
        throw error
    }
}

extension CallContext {
    /// Who asked, for the provider's logs and ours.
    var traceHeaders: [HTTPHeader] {
        var headers = [HTTPHeader("X-Request-Id", requestID)]
        if let traceparent { headers.append(HTTPHeader("traceparent", traceparent)) }
        return headers
    }
}

extension HTTPResponse {
    /// `Retry-After` in seconds. Amadeus documents no header at all; its gateways may send one.
    var retryAfter: Duration? {
        guard let text = header("retry-after"), let seconds = UInt32(text) else { return nil }
        return .seconds(Int64(seconds))
    }
}
