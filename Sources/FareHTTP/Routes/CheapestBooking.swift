import FareBooking
import FareDomain
import FarePorts
import FareSearch
import Resilience
import WireFormats

/// Searches, and books the cheapest of what fits.
struct CheapestBooking: Sendable {
    typealias Order = BookingOrder<CheapestBookingBody>

    let search: FareSearch
    let desk: BookingDesk
    let clock: any MonotonicClock & WallClock
    let identifiers: IdentifierSource
    let policy: BookingPolicy

    /// Of the time until the deadline, what a search may take.
    private let searchShare = 0.4

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

    /// Searches and books, or answers for what was booked under the same key before.
    func book(_ order: Order, _ request: Idempotency.KeyedRequest) async throws -> Answer {
        try await desk.book(request, deadline: order.deadline) { problem, saga in
            explain(&problem, saga)
        } plan: {
            let (outcome, candidates) = try await candidates(for: order)
            guard !candidates.isEmpty else { throw nothingFits(outcome) }
            return plan(order, outcome, candidates, request.key)
        }
    }

    /// Answers for what was booked under the key before, or refuses. What was right when it was accepted may be wrong
    /// by now, as a day of departure that is over.
    func refuse(
        _ request: Idempotency.KeyedRequest, deadline: MonotonicInstant, with refusal: Problem
    ) async throws -> Answer {
        try await desk.book(request, deadline: deadline) { problem, saga in
            explain(&problem, saga)
        } plan: {
            throw refusal
        }
    }

    /// Says by how much the cheapest of what was tried is above the accepted total.
    private func explain(_ problem: inout Problem, _ saga: Saga) {
        guard problem.code == .fareChanged else { return }
        let currency = saga.terms.acceptedTotal.currency
        let changes = saga.attempts.compactMap { attempt in
            attempt.raisedTotal.map { FareChange(old: attempt.limit, new: $0) }
        }
        let cheapest = changes.min { one, other in
            let totals = [one, other].map { $0.new.flatMap { search.convert($0, to: currency)?.minorUnits } ?? .max }
            return totals[0] < totals[1]
        }
        if let cheapest { problem.extensions += cheapest.members() }
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
        let deadline = order.decideBy
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
            "considered": .int(outcome.listings.count), "attempts": [],
            "fx": .array(outcome.rates.map { RateBody(use: $0).node }),
        ]
    }
}
