import FarePorts
import FareSearch
import HTTPTypes
import Hummingbird
import Logging

/// The outermost layer: gives each request an id, turns what is thrown into problems, and writes one log line.
struct EdgeMiddleware: RouterMiddleware {
    let identifiers: IdentifierSource
    let allowed: AllowedMethods

    func handle(
        _ request: Request, context: EdgeContext, next: @concurrent (Request, EdgeContext) async throws -> Response
    ) async throws -> Response {
        var context = context
        context.requestID = request.headers[Self.requestID].flatMap(acceptable) ?? identifiers.request()
        context.traceparent = request.headers[Self.traceparent].flatMap { Self.isTraceparent($0) ? $0 : nil }
        context.logger[metadataKey: "request_id"] = "\(context.requestID)"
        var response = await answer(request, context, next)
        response.headers[Self.requestID] = context.requestID
        context.logger.info(
            "request",
            metadata: [
                "method": "\(request.method)", "path": "\(request.uri.path)", "status": "\(response.status.code)",
            ])
        return response
    }

    private func answer(
        _ request: Request, _ context: EdgeContext, _ next: @concurrent (Request, EdgeContext) async throws -> Response
    ) async -> Response {
        do {
            return try await next(request, context)
        } catch let problem as Problem {
            return problem.answer(requestID: context.requestID).response
        } catch let error as any HTTPResponseError where error.status.code < 500 {
            return noRoute(for: request).answer(requestID: context.requestID).response
        } catch let error as StoreError where request.method == .get {
            return Problem(.storeUnavailable, error.code.rawValue, retryAfter: .seconds(2))
                .answer(requestID: context.requestID).response
        } catch {
            context.logger.error("unexpected error", metadata: ["error": "\(error)"])
            let outcome: Problem.Outcome = request.method == .post ? .unknown : .none
            return Problem(.internalError, "unexpected error", outcome: outcome)
                .answer(requestID: context.requestID).response
        }
    }

    private func noRoute(for request: Request) -> Problem {
        let methods = allowed.methods(of: request.uri.path).map(\.rawValue)
        guard !methods.isEmpty else { return Problem(.notFound, "no such path: \(request.uri.path)") }
        var problem = Problem(.methodNotAllowed, "\(request.uri.path) takes \(methods.joined(separator: ", "))")
        problem.allow = methods
        return problem
    }

    /// Short and visible: it goes into logs and out to providers.
    private func acceptable(_ id: String) -> String? {
        (1...128).contains(id.utf8.count) && id.utf8.allSatisfy { (0x21...0x7E).contains($0) } ? id : nil
    }

    /// `00-<32 hex>-<16 hex>-<2 hex>` (W3C Trace Context).
    static func isTraceparent(_ text: String) -> Bool {
        let parts = text.utf8.split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
        guard parts.map(\.count) == [2, 32, 16, 2] else { return false }
        return parts.allSatisfy { part in
            part.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
        }
    }

    // The names are valid field names, so the forced values exist.
    static let requestID = HTTPField.Name("X-Request-Id")!
    private static let traceparent = HTTPField.Name("traceparent")!
}
