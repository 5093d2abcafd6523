import FareDomain
import WireFormats

/// Access tokens, as OAuth 2.0 client credentials give them. Any credentials get one; it is good for 1,799 seconds.
struct AmadeusTokens: Sendable {
    private static let life = Duration.seconds(1799)
    private static let kind = "token"

    let shop: Shop
    let now: @Sendable () -> Timestamp

    func create(_ request: MockRequest) throws -> MockReply {
        let form = (try? FormEncoding.decode(request.body)) ?? []
        let given = Dictionary(form.map { ($0.name, $0.value) }) { first, _ in first }
        guard given["grant_type"] == "client_credentials" else {
            return refusal(400, "unsupported_grant_type", 38187, "Only client_credentials value is allowed")
        }
        guard given["client_id"]?.isEmpty == false, given["client_secret"]?.isEmpty == false else {
            return refusal(401, "invalid_client", 38187, "Client credentials are invalid")
        }
        let token = RandomText.letters(28)
        let end = now().advanced(by: AmadeusTokens.life)
        try shop.remember(kind: AmadeusTokens.kind, id: token, text: String(end.millisecondsSinceEpoch))
        return body(token, left: AmadeusTokens.life)
    }

    /// What is known of a token.
    func show(_ token: String) -> MockReply {
        guard let left = left(of: token), left > .zero else {
            return refusal(404, "invalid_request", 38188, "The access token is unknown or expired")
        }
        return body(token, left: left)
    }

    /// Why a request's token is no good; nil if it is.
    func refusal(_ request: MockRequest) -> AmadeusProblem? {
        let header = request.headers["authorization"] ?? ""
        guard header.hasPrefix("Bearer ") else {
            return AmadeusProblem(
                status: 401, code: 38191, title: "Invalid HTTP header",
                detail: "Missing or invalid format for mandatory Authorization header")
        }
        guard let left = left(of: String(header.dropFirst(7))) else { return AmadeusProblem(status: 401) }
        guard left > .zero else {
            return AmadeusProblem(
                status: 401, code: 38192, title: "Access token expired", detail: "The access token is expired")
        }
        return nil
    }

    /// How long it is good for; nil for one that was never given.
    private func left(of token: String) -> Duration? {
        shop.remembered(kind: AmadeusTokens.kind)[token].flatMap { Int64($0) }
            .map { now().duration(to: Timestamp(millisecondsSinceEpoch: $0)) }
    }

    private func body(_ token: String, left: Duration) -> MockReply {
        .amadeus(200) { writer in
            writer.object { writer in
                writer.member("type", "amadeusOAuth2Token")
                writer.member("username", "mock@example.org")
                writer.member("application_name", "mock")
                writer.member("client_id", "mock")
                writer.member("token_type", "Bearer")
                writer.member("access_token", token)
                writer.member("expires_in", left.components.seconds)
                writer.member("state", "approved")
                writer.member("scope", "")
            }
        }
    }

    /// Errors of the token service have a shape of their own.
    private func refusal(_ status: Int, _ error: String, _ code: Int, _ description: String) -> MockReply {
        .amadeus(status) { writer in
            writer.object { writer in
                writer.member("error", error)
                writer.member("error_description", description)
                writer.member("code", code)
                writer.member("title", "Invalid parameters")
            }
        }
    }
}
