import FareBooking
import FareDomain
import FarePorts
import FareSearch
import Resilience
import WireFormats

/// Books one offer that its caller names, for what the caller was shown or has accepted since.
struct OfferBooking: Sendable {
    typealias Order = BookingOrder<OfferBookingBody>

    let search: FareSearch
    let desk: BookingDesk
    let tokens: AcceptTokens
    let clock: any MonotonicClock & WallClock
    let identifiers: IdentifierSource
    let policy: BookingPolicy

    /// Books the offer, or answers for what was booked under the same key before.
    func book(_ order: Order, _ request: Idempotency.KeyedRequest) async throws -> Answer {
        try await desk.book(request, deadline: order.deadline) { problem, saga in
            if problem.code == .fareChanged { problem.extensions += await change(saga, order) }
            if let failure = saga.attempts.last?.failure, failure.isExpired == true {
                problem.code = failure.step == .confirm ? .holdExpired : .offerExpired
            }
        } plan: {
            try plan(order, request.key)
        }
    }

    private func plan(_ order: Order, _ key: IdempotencyKey) throws(Problem) -> BookingPlan {
        let listed = try search.book.listed(order.body.offer, at: clock.timestamp)
        let accepted = try acceptedTotal(order, listed)
        let deadline = order.decideBy
        let search = search
        return BookingPlan(
            id: identifiers.booking(),
            terms: BookingTerms(
                passengers: order.body.passengers, acceptedTotal: accepted, paymentToken: order.body.paymentToken,
                deadline: clock.timestamp.advanced(by: clock.now.duration(to: deadline)),
                requestID: order.requestID, traceparent: order.traceparent, policy: policy,
                allowsDuplicate: order.body.allowsDuplicate),
            search: SearchFacts(providers: [], considered: 1, rates: []),
            candidates: [
                Candidate(
                    offerID: listed.offer.id, offer: listed.offer.fare, comparableTotal: listed.offer.comparableTotal,
                    limit: accepted)
            ],
            compare: { search.convert($0, to: listed.offer.comparableTotal.currency) }, key: key,
            deadline: deadline)
    }

    /// - Throws: 422 for an offer that can't be booked, for others than it is priced for, or with a token that accepts
    ///   nothing.
    private func acceptedTotal(_ order: Order, _ listed: ListedOffer) throws(Problem) -> Money {
        var reader = FieldReader()
        if !listed.offer.bookable {
            reader.refuse("/offer_id", "can't be booked here: nobody could say what became of a lost order")
        }
        reader.refuse(listed.violations(of: order.body.passengers, today: clock.timestamp.earliestDateOnEarth))
        var accepted = listed.shownTotal
        if let token = order.body.acceptToken {
            do throws(AcceptTokens.Refusal) {
                accepted = try tokens.total(in: token, for: listed.offer.id, at: clock.timestamp)
            } catch {
                reader.refuse("/accept_token", error.detail)
            }
        }
        guard reader.violations.isEmpty else { throw Problem(reader.violations) }
        return accepted
    }

    /// What a fare is now that rose above what was accepted, with a token to accept that. The provider is asked where
    /// its refusal did not say.
    private func change(_ saga: Saga, _ order: Order) async -> [JSONNode.Member] {
        let accepted = saga.terms.acceptedTotal
        let told = saga.attempts.lazy.compactMap(\.raisedTotal).first
        let total: Money? = if let told { told } else { await liveTotal(order) }
        guard let total else { return FareChange(old: accepted, new: nil).members() }
        // From when the booking ended: whoever repeats the key gets the same token.
        let token = tokens.token(for: order.body.offer, at: total, since: saga.updatedAt)
        return FareChange(old: accepted, new: total).members(acceptToken: token)
    }

    private func liveTotal(_ order: Order) async -> Money? {
        guard case .offer(let listed) = search.book.page(order.body.offer, at: clock.timestamp) else { return nil }
        let context = CallContext(
            deadline: order.decideBy, requestID: order.requestID, traceparent: order.traceparent)
        switch await search.price(listed, for: order.body.passengers, context: context) {
        case .asShown(let offer), .rose(_, let offer): return offer.fare.total
        case .soldOut, .expired, .failed: return nil
        }
    }
}
