import CoreMetrics
import Hummingbird
import Resilience

/// Times every request, by its route and the answer's status, until the answer is there to be sent.
///
/// Nothing that a caller makes up becomes a label: unknown paths are one route, unknown methods one method.
struct RequestMetrics: RouterMiddleware {
    let clock: any MonotonicClock
    private let factory: any MetricsFactory = MetricsSystem.factory

    init(clock: any MonotonicClock) { self.clock = clock }

    func handle(
        _ request: Request, context: EdgeContext, next: @concurrent (Request, EdgeContext) async throws -> Response
    ) async throws -> Response {
        let start = clock.now
        let response = try await next(request, context)
        Timer(
            label: "faremux_http_request_duration_seconds",
            dimensions: [
                ("method", method(of: request)), ("route", context.endpointPath ?? "NotFound"),
                ("status", "\(response.status.code)"),
            ], factory: factory
        ).recordNanoseconds(start.duration(to: clock.now).nanoseconds)
        return response
    }

    private func method(of request: Request) -> String {
        switch request.method {
        case .get, .head, .post, .put, .delete, .patch, .options: request.method.rawValue
        default: "other"
        }
    }
}
