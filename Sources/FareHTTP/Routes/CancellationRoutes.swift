import FareBooking
import FareDomain
import FarePorts
import FareSearch
import Hummingbird
import Resilience
import WireFormats

/// `/bookings/{id}/cancellations`, `/bookings/{id}/cancellations/{cid}/confirm` and `/bookings/{id}/cancel`.
struct CancellationRoutes: Sendable {
    let engine: BookingEngine
    let views: BookingViews
    let idempotency: Idempotency
    let clock: any MonotonicClock & WallClock
    let identifiers: IdentifierSource

    /// How long a caller waits before it is told to come back; the cancellation goes on.
    private let patience = Duration.seconds(8)

    func add(to router: some RouterMethods<EdgeContext>) {
        router.post("/bookings/:id/cancellations") { request, context in
            let id = BookingID(try context.parameters.require("id"))
            return try await once(request, context) { try await quote(id, $0) }.response
        }
        router.post("/bookings/:id/cancellations/:cid/confirm") { request, context in
            let id = BookingID(try context.parameters.require("id"))
            let quote = CancellationID(try context.parameters.require("cid"))
            return try await once(request, context) { try await cancel(id, quote, $0) }.response
        }
        router.post("/bookings/:id/cancel") { request, context in
            let id = BookingID(try context.parameters.require("id"))
            return try await once(request, context) { try await cancel(id, nil, $0) }.response
        }
    }

    /// Reads a request that says nothing but its path, and answers it once for its key.
    private func once(
        _ request: Request, _ context: EdgeContext,
        _ work: @escaping @Sendable (CancellationCall) async throws -> Answer
    ) async throws -> Answer {
        let received = clock.now
        let (root, bytes) = try await request.optionalJSONObject()
        let keyed = try idempotency.keyed(request, body: bytes, context)
        var reader = FieldReader()
        _ = reader.object(root, at: "", allowing: [])
        guard reader.violations.isEmpty else { throw Problem(reader.violations) }
        let call = CancellationCall(
            requestID: context.requestID, traceparent: context.traceparent,
            deadline: received.advanced(by: patience), newID: { [identifiers] in identifiers.cancellation() })
        return try await idempotency.once(keyed) { try await work(call) }
    }

    private func quote(_ id: BookingID, _ call: CancellationCall) async throws -> Answer {
        let quoted: CancellationAnswer
        do throws(StoreError) {
            quoted = try await engine.quoteCancellation(of: id, call: call)
        } catch {
            // A quote binds nobody, so nothing was done.
            throw Problem(.storeUnavailable, error.code.rawValue, retryAfter: .seconds(2))
        }
        return try await answer(quoted, id)
    }

    /// An error of the store is the caller's to repeat: what had begun by then goes on, and is joined.
    private func cancel(_ id: BookingID, _ quote: CancellationID?, _ call: CancellationCall) async throws -> Answer {
        try await answer(try await engine.cancel(id, quote: quote, call: call), id)
    }

    private func answer(_ answer: CancellationAnswer, _ id: BookingID) async throws -> Answer {
        switch answer {
        case .quoted(let quote, _):
            return Answer(status: 201, body: CancellationQuoteBody(cancellation: quote, booking: id).json())
        case .cancelled(let snapshot): return try await views.answer(200, snapshot)
        case .pending(let snapshot): return try await views.answer(202, snapshot)
        case .notFound: throw Problem(.notFound, "there is no such booking, or no such quote for it")
        case .notCancellable(let reason, let snapshot):
            throw problem(Problem(.notCancellable, reason), about: snapshot)
        case .quoteExpired(let snapshot):
            throw problem(Problem(.quoteExpired, "ask for a new quote"), about: snapshot)
        case .unavailable(let reason):
            let problem = Problem(.noProviderAvailable, reason, retryAfter: .seconds(2))
            throw self.problem(problem, about: try? await views.snapshot(id))
        }
    }

    private func problem(_ problem: Problem, about snapshot: BookingSnapshot?) -> Problem {
        var problem = problem
        problem.extensions += snapshot?.problemMembers ?? []
        return problem
    }
}
