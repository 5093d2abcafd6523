import FarePorts
import WireFormats

/// Sends calls, and tells answers from failures.
struct StripeClient: Sendable {
    private let baseURL: String
    private let secretKey: String
    private let transport: any HTTPTransport

    init(baseURL: String, secretKey: String, transport: any HTTPTransport) {
        self.baseURL = baseURL.hasSuffix("/") ? String(baseURL.dropLast()) : baseURL
        self.secretKey = secretKey
        self.transport = transport
    }

    /// What `read` makes of the answer's body. What it can't read leaves the call's outcome unknown.
    func answer<Result>(
        to call: StripeCall, _ read: (JSONValue) throws(WireError) -> Result
    ) async throws(PaymentError) -> Result {
        let response: HTTPResponse
        do throws(TransportError) {
            response = try await transport.send(call.request(baseURL: baseURL, secretKey: secretKey))
        } catch {
            throw PaymentError(error)
        }
        guard response.isSuccess else { throw StripeProblem(response).error }
        do throws(WireError) {
            return try read(try JSONDocument(response.body).root)
        } catch {
            throw PaymentError(.unreadable, outcome: .unknown, detail: error.description)
        }
    }
}

extension PaymentError {
    /// What a missing answer means to the gateway's caller.
    init(_ error: TransportError) {
        let code: Code =
            switch error.code {
            case .couldNotConnect, .untrusted, .badRequest, .overloaded, .circuitOpen, .shutDown: .unavailable
            case .timedOut, .tooLate: .timedOut
            case .connectionLost: .connectionLost
            case .malformedAnswer, .bodyTooLarge: .unreadable
            case .rateLimited: .rateLimited
            case .cancelled: .cancelled
            }
        self.init(
            code, outcome: error.maybeSent ? .unknown : .notApplied, retryAfter: error.retryAfter,
            detail: error.detail.isEmpty ? error.code.rawValue : error.detail)
    }
}
