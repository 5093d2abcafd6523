import FareBooking
import FareDomain
import FarePorts
import FareSearch
import HTTPTypes
import Hummingbird
import Resilience
import WireFormats

/// `/cheapest-booking` and `/bookings`.
struct BookingRoutes: Sendable {
    let cheapest: CheapestBooking
    let offers: OfferBooking
    let idempotency: Idempotency
    let views: BookingViews
    let clock: any MonotonicClock & WallClock

    /// How long the repetition of a request waits whose own words can't be read any more.
    private let patience = Duration.seconds(8)

    func add(to router: Router<EdgeContext>) {
        router.post("/cheapest-booking") { request, context in
            try await book(request, context).response
        }
        router.post("/bookings") { request, context in
            try await bookOffer(request, context).response
        }
        router.get("/bookings/:id") { _, context in
            let id = BookingID(try context.parameters.require("id"))
            guard let view = try await views.booking(id) else {
                throw Problem(.notFound, "there is no booking \(id)")
            }
            return Answer(status: 200, body: view.json(reserving: 4096)).response
        }
        router.get("/bookings") { request, _ in
            guard let locator = request.uri.queryParameters["pnr"].map(String.init), !locator.isEmpty else {
                throw Problem([Violation(pointer: "/pnr", detail: "is missing")])
            }
            guard let view = try await views.booking(locator: locator) else {
                throw Problem(.notFound, "there is no booking with the record locator \(locator.prefix(32))")
            }
            return Answer(status: 200, body: view.json(reserving: 4096)).response
        }
    }

    private func book(_ request: Request, _ context: EdgeContext) async throws -> Answer {
        let received = clock.now
        let (root, bytes) = try await request.jsonObject()
        // A missing key comes before wrong fields; only what books nothing needs none.
        let keyed = root["dry_run"]?.bool == true ? nil : try idempotency.keyed(request, body: bytes, context)
        var reader = FieldReader()
        guard let body = CheapestBookingBody(root, now: clock.timestamp, reader: &reader) else {
            let problem = Problem(reader.violations)
            guard let keyed else { throw problem }
            let deadline = received.advanced(by: patience)
            return try await cheapest.refuse(keyed, deadline: deadline, with: problem)
        }
        let order = CheapestBooking.Order(
            body: body, deadline: received.advanced(by: body.search.deadline), requestID: context.requestID,
            traceparent: context.traceparent)
        guard let keyed else { return try await cheapest.preview(order) }
        return try await cheapest.book(order, keyed)
    }

    private func bookOffer(_ request: Request, _ context: EdgeContext) async throws -> Answer {
        let received = clock.now
        let (root, bytes) = try await request.jsonObject()
        let keyed = try idempotency.keyed(request, body: bytes, context)
        var reader = FieldReader()
        guard let body = OfferBookingBody(root, reader: &reader) else { throw Problem(reader.violations) }
        let order = OfferBooking.Order(
            body: body, deadline: received.advanced(by: body.deadline), requestID: context.requestID,
            traceparent: context.traceparent)
        return try await offers.book(order, keyed)
    }
}
