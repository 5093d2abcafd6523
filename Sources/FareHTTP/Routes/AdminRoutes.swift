import FareBooking
import Hummingbird

/// What operators have done: `/admin/reconcile`.
struct AdminRoutes: Sendable {
    let reconcile: @Sendable () async -> ReconciliationReport?

    func add(to router: some RouterMethods<EdgeContext>) {
        // It needs no idempotency key: doing it twice does no more than once, and who asks again wants to know how it
        // is now.
        router.post("/admin/reconcile") { request, _ in
            let (root, _) = try await request.optionalJSONObject()
            var reader = FieldReader()
            _ = reader.object(root, at: "", allowing: [])
            guard reader.violations.isEmpty else { throw Problem(reader.violations) }
            guard let report = await reconcile() else {
                throw Problem(.overloaded, "the service is shutting down", retryAfter: .seconds(2))
            }
            return Answer(status: 200, body: ReconciliationBody(report: report).json(reserving: 4096)).response
        }
    }
}
