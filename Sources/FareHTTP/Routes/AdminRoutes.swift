import FareBooking
import Hummingbird

/// What operators have done: `/admin/reconcile`.
struct AdminRoutes: Sendable {
    let reconcile: @Sendable () async -> ReconciliationReport

    func add(to router: some RouterMethods<EdgeContext>) {
        // Doing it twice does no more than once, so it needs no idempotency key.
        router.post("/admin/reconcile") { request, _ in
            let (root, _) = try await request.optionalJSONObject()
            var reader = FieldReader()
            _ = reader.object(root, at: "", allowing: [])
            guard reader.violations.isEmpty else { throw Problem(reader.violations) }
            let report = await reconcile()
            return Answer(status: 200, body: ReconciliationBody(report: report).json(reserving: 4096)).response
        }
    }
}
