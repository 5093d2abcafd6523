import HTTPTypes
import Hummingbird

/// Lets in who has a key for what is asked. Without a keys file, everybody: the service is then on loopback only.
struct AuthenticationMiddleware: RouterMiddleware {
    let keys: APIKeys?

    func handle(
        _ request: Request, context: EdgeContext,
        next: @concurrent (Request, EdgeContext) async throws -> Response
    ) async throws -> Response {
        guard let keys, let scope = Self.scope(of: request.uri.path) else { return try await next(request, context) }
        // The scheme's name may be in any case (RFC 9110, section 11.1).
        guard let words = request.headers[.authorization]?.split(separator: " ", maxSplits: 1), words.count == 2,
            words[0].lowercased() == "bearer", let holder = keys.holder(of: words[1])
        else { throw Problem(.unauthorized, "send a configured key as Authorization: Bearer") }
        guard holder.scopes.contains(scope) else { throw Problem(.forbidden, "the key has no scope \(scope.rawValue)") }
        var context = context
        context.caller = holder.name
        return try await next(request, context)
    }

    /// What a path needs; nil for what is open to all.
    static func scope(of path: String) -> APIKeys.Scope? {
        switch path.split(separator: "/").first {
        case nil, "ping", "livez", "readyz", "health", "problems", "openapi.yaml": nil
        case "search", "offers": .search
        case "cheapest-booking", "bookings": .book
        default: .operate
        }
    }
}
