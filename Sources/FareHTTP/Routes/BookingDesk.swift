import FareBooking
import FareDomain
import FarePorts
import FareSearch
import Resilience
import WireFormats

/// One request to book.
struct BookingOrder<Body: Sendable>: Sendable {
    var body: Body
    /// When its caller must have an answer.
    var deadline: MonotonicInstant
    var requestID: String
    var traceparent: String?

    /// When the booking must be decided for that.
    var decideBy: MonotonicInstant { deadline.advanced(by: .zero - BookingDesk.answering) }
}

/// Has a plan booked under an idempotency key, and words the answer: what every endpoint that books has in common.
struct BookingDesk: Sendable {
    let search: FareSearch
    let engine: BookingEngine
    let views: BookingViews
    let idempotency: Idempotency

    /// Kept back from the deadline, so that an answer can be written in time.
    static let answering = Duration.milliseconds(200)

    /// Books what `plan` names, or answers for what was booked under the same key before.
    ///
    /// - Parameters:
    ///   - deadline: when the caller must have an answer.
    ///   - explain: adds what only the endpoint knows to the problem of a booking that came to nothing.
    ///   - plan: made once the key is claimed. Its problems are the answer, and nothing was begun.
    func book(
        _ request: Idempotency.KeyedRequest, deadline: MonotonicInstant,
        explain: @escaping @Sendable (inout Problem, Saga) async -> Void,
        plan: @escaping @Sendable () async throws -> BookingPlan
    ) async throws -> Answer {
        try await idempotency.once(
            request,
            resume: { id in
                try await answer(for: await resumed(id, until: deadline), explain)
            },
            {
                let snapshot = try await booked(try await plan())
                search.keepUp(with: snapshot.saga)
                return try await answer(for: snapshot, explain)
            })
    }

    private func booked(_ plan: BookingPlan) async throws(Problem) -> BookingSnapshot {
        switch await engine.book(plan) {
        case .decided(let snapshot), .pending(let snapshot): return snapshot
        case .untouched: throw Problem(.deadlineExceeded, "nothing was booked before the deadline")
        case .refused: throw Problem(.overloaded, "too many bookings are being worked on", retryAfter: .seconds(2))
        }
    }

    /// A booking that was begun under its key before.
    private func resumed(_ id: BookingID, until deadline: MonotonicInstant) async throws(Problem) -> BookingSnapshot {
        let waited = await engine.answer(for: id, until: deadline.advanced(by: .zero - Self.answering))
        switch waited {
        case .decided(let snapshot), .pending(let snapshot): return snapshot
        default: break
        }
        if let snapshot = try? await views.snapshot(id) { return snapshot }
        // Something was intended, so this is no 503.
        var problem = Problem(.internalError, "the booking can't be read", outcome: .unknown)
        problem.extensions = await views.problemMembers(of: id)
        throw problem
    }

    private func answer(
        for snapshot: BookingSnapshot, _ explain: (inout Problem, Saga) async -> Void
    ) async throws -> Answer {
        let saga = snapshot.saga
        switch saga.status {
        case .pending: return try await views.answer(202, snapshot)
        // What was booked is booked, whatever became of it since.
        case .ticketed, .cancelling, .cancelled:
            var answer = try await views.answer(201, snapshot)
            answer.tellsOfBooking = true
            return answer
        case .failed:
            var problem = Problem(failureOf: saga).about(snapshot)
            await explain(&problem, saga)
            // The booking's own request: whoever repeats the key must get the same bytes.
            return problem.answer(requestID: saga.terms.requestID)
        }
    }
}

extension FareSearch {
    /// Takes over what a booking learned of the offers it tried: which are gone, and which have another price.
    fileprivate func keepUp(with saga: Saga) {
        for attempt in saga.attempts {
            switch attempt.failure?.outcome {
            case .soldOut: book.evict(attempt.offerID)
            case .fareChanged:
                guard let total = attempt.raisedTotal else { continue }
                var fare = attempt.offer
                fare.total = total
                relist(fare, as: attempt.offerID)
            default: break
            }
        }
    }
}

extension Problem {
    /// Why a booking came to nothing.
    fileprivate init(failureOf saga: Saga) {
        let failures = saga.attempts.compactMap(\.failure)
        let detail = failures.last.map { "\($0.step.rawValue): \($0.detail)" } ?? ""
        switch saga.verdict {
        case .declined: self.init(.paymentDeclined, detail)
        case .actionRequired: self.init(.paymentActionRequired, detail)
        case .fareChanged: self.init(.fareChanged, detail)
        case .soldOut: self.init(.soldOut, detail)
        case .duplicate:
            self.init(.duplicateBooking, detail)
            extensions = [JSONNode.Member("duplicate_of", .string(saga.duplicateOf?.rawValue))]
        case .allCandidatesFailed, nil: self.init(.allCandidatesFailed, detail)
        }
    }
}
