import FareBooking
import FareDomain
import FarePorts
import FareSearch
import Logging
import Resilience
import WireFormats

/// Searches, and books the cheapest of what fits.
struct CheapestBooking: Sendable {
    /// One request.
    struct Order: Sendable {
        var body: CheapestBookingBody
        /// When its caller must have an answer.
        var deadline: MonotonicInstant
        var requestID: String
        var traceparent: String?
    }

    let search: FareSearch
    let engine: BookingEngine
    let views: BookingViews
    let store: any BookingStore
    let clock: any MonotonicClock & WallClock
    let identifiers: IdentifierSource
    let policy: BookingPolicy
    let owner: String
    let logger: Logger

    /// Of the time until the deadline, what a search may take.
    private let searchShare = 0.4
    /// Kept back from the deadline, so that an answer can be written in time.
    private let answering = Duration.milliseconds(200)

    /// Finds what would be booked, and books nothing.
    func preview(_ order: Order) async throws -> Answer {
        let (outcome, candidates) = try await candidates(for: order)
        guard let cheapest = candidates.first,
            let offer = outcome.listings.first(where: { $0.id == cheapest.offerID })
        else { throw nothingFits(outcome) }
        let body: JSONNode = [
            "dry_run": true, "offer": OfferBody(offer: offer).node,
            "provider": .string(cheapest.offer.provider.rawValue), "total": cheapest.offer.total.node,
            "candidates": .int(candidates.count), "receipt": receipt(of: outcome),
        ]
        return Answer(status: 200, body: body.bytes)
    }

    /// Books under a claimed key: the answer is stored with it, or the key is given back where nothing was intended.
    func book(_ order: Order, key: IdempotencyKey) async throws -> Answer {
        do {
            let answer = try await decide(order, key: key)
            if answer.status != 202 { await finish(key, with: answer) }
            return answer
        } catch let problem as Problem {
            let answer = problem.answer(requestID: order.requestID)
            if problem.code == .noOffers {
                await finish(key, with: answer)
            } else {
                await abandon(key)
            }
            return answer
        }
    }

    /// Answers for a booking that was begun under this key before.
    func resume(_ id: BookingID, key: IdempotencyKey, order: Order) async throws -> Answer {
        let waited = await engine.answer(for: id, until: order.deadline.advanced(by: .zero - answering))
        let snapshot: BookingSnapshot? =
            switch waited {
            case .decided(let snapshot), .pending(let snapshot): snapshot
            default: try await views.snapshot(id)
            }
        guard let snapshot else { throw Problem(.internalError, "the booking can't be read", outcome: .unknown) }
        let answer = try await answer(for: snapshot)
        if answer.status != 202 { await finish(key, with: answer) }
        return answer
    }

    private func decide(_ order: Order, key: IdempotencyKey) async throws -> Answer {
        let (outcome, candidates) = try await candidates(for: order)
        guard !candidates.isEmpty else { throw nothingFits(outcome) }
        switch await engine.book(plan(order, outcome, candidates, key)) {
        case .decided(let snapshot), .pending(let snapshot): return try await answer(for: snapshot)
        case .untouched: throw Problem(.deadlineExceeded, "nothing was booked before the deadline")
        case .refused: throw Problem(.overloaded, "too many bookings are being worked on", retryAfter: .seconds(2))
        }
    }

    private func candidates(for order: Order) async throws -> (SearchOutcome, [Candidate]) {
        let now = clock.now
        let share = now.duration(to: order.deadline) * searchShare
        let outcome = await search.search(
            order.body.search.query,
            options: SearchOptions(
                deadline: now.advanced(by: share), settle: order.body.search.settle, requestID: order.requestID,
                traceparent: order.traceparent))
        let accepted = order.body.maxTotal
        let candidates = outcome.listings.compactMap { offer -> Candidate? in
            guard offer.bookable, let limit = search.limit(accepted, in: offer.fare.total.currency),
                offer.fare.total.minorUnits <= limit.minorUnits
            else { return nil }
            return Candidate(
                offerID: offer.id, offer: offer.fare, comparableTotal: offer.comparableTotal, limit: limit)
        }
        return (outcome, candidates)
    }

    private func plan(
        _ order: Order, _ outcome: SearchOutcome, _ candidates: [Candidate], _ key: IdempotencyKey
    ) -> BookingPlan {
        let deadline = order.deadline.advanced(by: .zero - answering)
        let left = clock.now.duration(to: deadline)
        var rates = outcome.rates
        for currency in Set(candidates.map(\.offer.total.currency)).sorted() {
            if let use = search.rate(from: currency, to: order.body.maxTotal.currency), !rates.contains(use) {
                rates.append(use)
            }
        }
        let search = search
        let currency = outcome.currency
        return BookingPlan(
            id: identifiers.booking(),
            terms: BookingTerms(
                passengers: order.body.passengers, acceptedTotal: order.body.maxTotal,
                paymentToken: order.body.paymentToken, deadline: clock.timestamp.advanced(by: left),
                requestID: order.requestID, traceparent: order.traceparent, policy: policy,
                allowsDuplicate: order.body.allowsDuplicate),
            search: SearchFacts(providers: outcome.reports, considered: outcome.listings.count, rates: rates),
            candidates: candidates, compare: { search.convert($0, to: currency) }, key: key, deadline: deadline)
    }

    /// No candidate: 404 if everybody answered, 503 if somebody who didn't might have had one.
    private func nothingFits(_ outcome: SearchOutcome) -> Problem {
        let detail = outcome.summary
        var problem =
            outcome.isComplete && outcome.isAnswered
            ? Problem(.noOffers, "\(outcome.listings.count) offers, none within the accepted total (\(detail))")
            : Problem(.noProviderAvailable, detail, retryAfter: .seconds(5))
        problem.extensions = [JSONNode.Member("receipt", receipt(of: outcome))]
        return problem
    }

    private func receipt(of outcome: SearchOutcome) -> JSONNode {
        [
            "providers": outcome.reportsNode,
            "considered": .int(outcome.listings.count), "attempts": [], "fx": [],
        ]
    }

    private func answer(for snapshot: BookingSnapshot) async throws -> Answer {
        let saga = snapshot.saga
        let location = "/bookings/\(saga.id)"
        switch saga.status {
        case .ticketed, .pending, .cancelling, .cancelled:
            let body = try await views.view(snapshot).json(reserving: 4096)
            return Answer(status: saga.status == .pending ? 202 : 201, location: location, body: body)
        case .failed:
            var problem = Problem(failureOf: saga)
            problem.extensions += [
                JSONNode.Member("booking_id", .string(saga.id.rawValue)),
                JSONNode.Member("receipt", ReceiptBody(snapshot: snapshot).node),
            ]
            // The booking's own request: whoever repeats the key must get the same bytes.
            return problem.answer(requestID: saga.terms.requestID)
        }
    }

    private func finish(_ key: IdempotencyKey, with answer: Answer) async {
        do throws(StoreError) {
            try await store.finish(key, with: answer.stored)
        } catch {
            // The answer stands all the same: a repetition finds the booking, and is answered from it.
            logger.warning("answer not stored", metadata: ["reason": "\(error.detail)"])
        }
    }

    private func abandon(_ key: IdempotencyKey) async {
        do throws(StoreError) {
            try await store.abandon(key, owner: owner)
        } catch {
            // The claim runs out by itself.
            logger.warning("key not given back", metadata: ["reason": "\(error.detail)"])
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
            if let other = saga.duplicateOf { extensions = [JSONNode.Member("duplicate_of", .string(other.rawValue))] }
        case .allCandidatesFailed, nil: self.init(.allCandidatesFailed, detail)
        }
    }
}
