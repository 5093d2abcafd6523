import FarePorts
import Resilience
import WireFormats

/// Asks Amadeus for a token: OAuth 2.0 client credentials (RFC 6749, section 4.4).
struct TokenSource: Sendable {
    /// How long a token lives where the answer doesn't say: what Amadeus documents.
    private static let documentedLife = Duration.seconds(1799)
    /// The most that is believed: a year. What is past it would be a mistake.
    private static let longestLife: Int64 = 31_536_000

    let baseURL: String
    let credentials: AmadeusCredentials
    let transport: any HTTPTransport
    let clock: any MonotonicClock

    /// - Parameter lane: of the call that needs the token.
    func token(lane: Lane, context: CallContext) async throws(TokenFailure) -> AccessToken {
        let form = FormEncoding.encode([
            FormField("grant_type", "client_credentials"), FormField("client_id", credentials.clientID),
            FormField("client_secret", credentials.clientSecret),
        ])
        let headers = [
            HTTPHeader("Accept", "application/json"),
            HTTPHeader("Content-Type", "application/x-www-form-urlencoded"),
        ]
        let request = HTTPRequest(
            .post, baseURL + "/v1/security/oauth2/token", headers: headers + context.traceHeaders,
            body: Array(form.utf8), operation: .token, lane: lane, effect: .read, deadline: context.deadline)
        let asked = clock.now
        let response: HTTPResponse
        do throws(TransportError) {
            response = try await transport.send(request)
        } catch {
            throw TokenFailure(error)
        }
        return try read(response, askedAt: asked)
    }

    private func read(_ response: HTTPResponse, askedAt: MonotonicInstant) throws(TokenFailure) -> AccessToken {
        let document = try? JSONDocument(response.body)
        guard response.isSuccess else { throw TokenFailure(refusal(response, document)) }
        // A header's value can't carry anything but visible ASCII.
        guard let value = document?.root["access_token"]?.string, !value.isEmpty,
            value.utf8.allSatisfy({ (0x21..<0x7F).contains($0) })
        else {
            throw TokenFailure(
                ProviderError(.unreadable, outcome: .notApplied, detail: "access token: not in the answer"))
        }
        let life = document?.root["expires_in"].flatMap { $0.int64 ?? $0.string.flatMap { Int64($0) } }
            .map { Duration.seconds(min(max($0, 0), TokenSource.longestLife)) }
        return AccessToken(value, issuedAt: askedAt, life: life ?? TokenSource.documentedLife)
    }

    private func refusal(_ response: HTTPResponse, _ document: JSONDocument?) -> ProviderError {
        let failure = document.flatMap { AmadeusFailure($0.root) } ?? AmadeusFailure()
        let code: ProviderError.Code =
            switch response.status {
            case 408: .timedOut
            case 429: .rateLimited
            case 500...: .serverError
            // Refused credentials come as 401, and as 400 with `invalid_client` or `unauthorized_client`.
            case 400..<500: .unauthorized
            default: .unreadable
            }
        let reason = failure.summary.isEmpty ? "HTTP \(response.status)" : failure.summary
        return ProviderError(
            code, outcome: .notApplied, retryAfter: code == .rateLimited ? response.retryAfter : nil,
            detail: "access token: \(reason)")
    }
}
