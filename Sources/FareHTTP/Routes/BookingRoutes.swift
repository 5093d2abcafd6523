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
    let idempotency: Idempotency
    let views: BookingViews
    let store: any BookingStore
    let clock: any MonotonicClock & WallClock

    func add(to router: Router<EdgeContext>) {
        router.post("/cheapest-booking") { request, context in
            try await book(request, context).response
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
        var reader = FieldReader()
        // A missing key comes before wrong fields; only what books nothing needs none.
        let key = root["dry_run"]?.bool == true ? nil : try idempotency.key(of: request, caller: context.caller)
        guard let body = CheapestBookingBody(root, now: clock.timestamp, reader: &reader) else {
            throw Problem(reader.violations)
        }
        let order = CheapestBooking.Order(
            body: body, deadline: received.advanced(by: body.search.deadline), requestID: context.requestID,
            traceparent: context.traceparent)
        guard let key else { return try await cheapest.preview(order) }
        switch try await claim(key, request, bytes) {
        case .answered(let stored): return Answer(replaying: stored)
        case .reused: throw Problem(.idempotencyKeyReused, "the key came with another request before")
        case .inProgress:
            throw Problem(.requestInProgress, "the same request is being worked on", outcome: .unknown)
        case .booked(let id): return try await cheapest.resume(id, key: key, order: order)
        case .claimed:
            let cheapest = cheapest
            let answer = try await idempotency.whileRenewing(key) { try await cheapest.book(order, key: key) }
            if answer.status == 202 { await idempotency.letGo(of: key) }
            return answer
        }
    }

    private func claim(_ key: IdempotencyKey, _ request: Request, _ bytes: [UInt8]) async throws(Problem) -> KeyState {
        do {
            return try await idempotency.claim(key, for: request, body: bytes)
        } catch {
            throw Problem(.storeUnavailable, error.code.rawValue, retryAfter: .seconds(2))
        }
    }
}

/// Reads bookings, from where they are worked on or from the store.
struct BookingViews: Sendable {
    let engine: BookingEngine
    let store: any BookingStore

    func booking(_ id: BookingID) async throws -> BookingBody? {
        guard let snapshot = try await snapshot(id) else { return nil }
        return try await view(snapshot)
    }

    func booking(locator: String) async throws -> BookingBody? {
        guard let record = try await store.bookings(locator: locator, limit: 1).first else { return nil }
        return try await booking(record.id)
    }

    func view(_ snapshot: BookingSnapshot) async throws -> BookingBody {
        BookingBody(snapshot: snapshot, journal: try await store.journal(of: snapshot.saga.id))
    }

    func snapshot(_ id: BookingID) async throws -> BookingSnapshot? {
        if let current = engine.current(id) { return current }
        return try await store.booking(id).map { record throws(StoreError) in try BookingSnapshot(stored: record) }
    }
}
