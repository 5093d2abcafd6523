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
            return try await once(id, request, context) { try await quote(id, $0) }.response
        }
        router.post("/bookings/:id/cancellations/:cid/confirm") { request, context in
            let id = BookingID(try context.parameters.require("id"))
            let quote = CancellationID(try context.parameters.require("cid"))
            return try await once(id, request, context) { try await cancel(id, quote, $0) }.response
        }
        router.post("/bookings/:id/cancel") { request, context in
            let id = BookingID(try context.parameters.require("id"))
            return try await once(id, request, context) { try await cancel(id, nil, $0) }.response
        }
    }

    /// Reads a request that says nothing but its path, and answers it once for its key.
    private func once(
        _ id: BookingID, _ request: Request, _ context: EdgeContext,
        _ work: @escaping @Sendable (CancellationCall) async throws -> Answer
    ) async throws -> Answer {
        do {
            return try await answered(request, context, work)
        } catch let problem as Problem where problem.extensions.isEmpty {
            // Also what says nothing of the booking is a problem about it.
            guard let snapshot = try? await views.snapshot(id) else { throw problem }
            throw problem.about(snapshot)
        }
    }

    private func answered(
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
        let before = try await booking(id)
        let quoted: CancellationAnswer
        do throws(StoreError) {
            quoted = try await engine.quoteCancellation(of: id, call: call)
        } catch {
            // A quote binds nobody, so nothing was done.
            throw Problem(.storeUnavailable, error.code.rawValue, retryAfter: .seconds(2)).about(before)
        }
        return try await answer(quoted, before)
    }

    /// An error of the store is the caller's to repeat: what had begun by then goes on, and is joined.
    private func cancel(_ id: BookingID, _ quote: CancellationID?, _ call: CancellationCall) async throws -> Answer {
        let before = try await booking(id)
        let cancelled: CancellationAnswer
        do throws(StoreError) {
            cancelled = try await engine.cancel(id, quote: quote, call: call)
        } catch {
            throw Problem(
                .internalError, "the booking can't be read or written: \(error.code.rawValue)", outcome: .unknown
            ).about(engine.current(id) ?? before)
        }
        return try await answer(cancelled, before)
    }

    /// The booking before anything is done with it.
    ///
    /// - Throws: 404; or 503, as this request has intended nothing. What an earlier one did under the key is not known.
    private func booking(_ id: BookingID) async throws(Problem) -> BookingSnapshot {
        let found: BookingSnapshot?
        do throws(StoreError) {
            found = try await views.snapshot(id)
        } catch {
            throw Problem(.storeUnavailable, error.code.rawValue, outcome: .unknown, retryAfter: .seconds(2))
        }
        guard let found else { throw Problem(.notFound, "there is no booking \(id)") }
        return found
    }

    /// - Parameter before: the booking as it was when the request came.
    private func answer(_ answer: CancellationAnswer, _ before: BookingSnapshot) async throws -> Answer {
        switch answer {
        case .quoted(let quote, _):
            return Answer(status: 201, body: CancellationQuoteBody(cancellation: quote, booking: before.saga.id).json())
        case .cancelled(let snapshot): return try await views.answer(200, snapshot)
        case .pending(let snapshot): return try await views.answer(202, snapshot)
        case .notFound: throw Problem(.notFound, "there is no such quote for the booking").about(before)
        case .notCancellable(let reason, let snapshot): throw Problem(.notCancellable, reason).about(snapshot)
        case .quoteExpired(let snapshot): throw Problem(.quoteExpired, "ask for a new quote").about(snapshot)
        case .unavailable(let reason):
            let snapshot = (try? await views.snapshot(before.saga.id)) ?? before
            throw Problem(.noProviderAvailable, reason, retryAfter: .seconds(2)).about(snapshot)
        }
    }
}
