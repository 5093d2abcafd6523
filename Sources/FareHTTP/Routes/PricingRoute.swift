import FareDomain
import FarePorts
import FareSearch
import Hummingbird
import Resilience
import WireFormats

/// `POST /offers/{id}/price`. It only asks, so it needs no idempotency key.
struct PricingRoute: Sendable {
    let search: FareSearch
    let tokens: AcceptTokens
    let clock: any MonotonicClock & WallClock

    func add(to router: some RouterMethods<EdgeContext>) {
        router.post("/offers/:id/price") { request, context in
            try await price(OfferID(try context.parameters.require("id")), request, context).response
        }
    }

    private func price(_ id: OfferID, _ request: Request, _ context: EdgeContext) async throws -> Answer {
        let received = clock.now
        let (root, _) = try await request.optionalJSONObject()
        var reader = FieldReader()
        guard let body = PricingBody(root, reader: &reader) else { throw Problem(reader.violations) }
        let listed = try search.book.listed(id, at: clock.timestamp)
        if let passengers = body.passengers {
            reader.refuse(listed.violations(of: passengers, today: clock.timestamp.earliestDateOnEarth))
        }
        guard reader.violations.isEmpty else { throw Problem(reader.violations) }
        let deadline = received.advanced(by: body.deadline - BookingDesk.answering)
        let pricing = await search.price(
            listed, for: body.passengers ?? [],
            context: CallContext(
                deadline: deadline, requestID: context.requestID, traceparent: context.traceparent))
        return try answer(pricing)
    }

    private func answer(_ pricing: Pricing) throws(Problem) -> Answer {
        switch pricing {
        case .asShown(let offer): return Answer(status: 200, body: OfferBody(offer: offer).json())
        case .rose(let shown, let offer):
            let total = offer.fare.total
            var problem = Problem(.fareChanged, "\(shown) became \(total)")
            problem.extensions = FareChange(old: shown, new: total).members(
                acceptToken: tokens.token(for: offer.id, at: total, since: clock.timestamp))
            throw problem
        case .soldOut: throw Problem(.soldOut, "search again")
        case .expired: throw Problem(.offerExpired, "search again")
        case .failed(let error): throw Problem(pricingFailure: error)
        }
    }
}

extension Problem {
    /// Why no price could be learnt.
    fileprivate init(pricingFailure error: ProviderError) {
        let detail = error.summary
        switch error.code {
        case .timedOut, .cancelled: self.init(.deadlineExceeded, detail)
        // Its own word, which another try would not change.
        case .rejected, .notSupported, .fareChanged: self.init(.allCandidatesFailed, detail)
        default: self.init(.noProviderAvailable, detail, retryAfter: error.retryAfter ?? .seconds(5))
        }
    }
}
