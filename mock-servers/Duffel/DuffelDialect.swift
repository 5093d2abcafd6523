import FareDomain
import FarePorts
import WireFormats

/// Duffel's flights API, version 2, as its public documentation and its official Python client know it.
///
/// Which call is which operation, and which refusal stands for what: `Duffel/README.md`.
struct DuffelDialect: Dialect {
    let name = "duffel"
    let shop: Shop
    let now: @Sendable () -> Timestamp

    init(settings: MockProvider.Settings) throws {
        shop = try settings.shop("duffel")
        now = settings.now
    }

    func classify(_ request: MockRequest) -> Classification {
        let steps = request.steps
        guard steps.count >= 2, steps[0] == "air" else { return .aside }
        switch (request.method, steps[1], steps.count) {
        case ("POST", "offer_requests", 2): return .opens(.search)
        case ("GET", "offer_requests", _), ("GET", "offers", 2): return .continues(.search)
        case ("GET", "offers", 3): return .opens(.reprice)
        case ("POST", "orders", 2): return .opens(orderType(request) == "hold" ? .hold : .confirm)
        case ("POST", "payments", 2): return .opens(.confirm)
        case ("GET", "orders", _), ("GET", "order_cancellations", _):
            let isFurtherPage = request.query("after") != nil || request.query("before") != nil
            return isFurtherPage ? .continues(.status) : .opens(.status)
        case ("POST", "order_cancellations", 2):
            // A quote ends nothing: what ends an order is counted, and struck, where it happens.
            let orderID = (try? parse(request)).flatMap { $0.member(named: "order_id")?.string }
            return .continues(cancelling(orderID))
        case ("POST", "order_cancellations", 5):
            return .opens(cancelling(cancellation(id: steps[2])?.orderID))
        default: return .aside
        }
    }

    /// What was never paid is released, whether or not that is still possible; anything else is cancelled.
    private func cancelling(_ orderID: String?) -> MockOperation {
        guard let orderID, let order = try? shop.order(id: orderID) else { return .cancel }
        return order.paidAt == nil ? .release : .cancel
    }

    private func orderType(_ request: MockRequest) -> String {
        (try? parse(request))?.member(named: "type")?.string ?? "instant"
    }

    func answer(_ request: MockRequest, fault: DomainFault?) -> MockReply {
        do {
            return try route(request, fault: fault)
        } catch let problem as DuffelProblem {
            return problem.reply
        } catch let failure as ShopFailure {
            return DuffelProblem(failure).reply
        } catch let error as WireError {
            return DuffelProblem.malformed(error).reply
        } catch {
            return DuffelProblem.internalError.reply
        }
    }

    private func route(_ request: MockRequest, fault: DomainFault?) throws -> MockReply {
        guard request.headers["authorization"] != nil else { throw DuffelProblem.noAuthorization }
        guard request.headers["duffel-version"] != nil else { throw DuffelProblem.noVersion }
        let steps = request.steps
        guard steps.count >= 2, steps[0] == "air" else { throw DuffelProblem.notFound }
        let id = steps.count > 2 ? steps[2] : ""
        switch (request.method, steps[1], steps.count) {
        case ("POST", "offer_requests", 2): return try createOfferRequest(request)
        case ("GET", "offer_requests", 3): return try showOfferRequest(id)
        case ("GET", "offers", 2): return try listOffers(request)
        case ("GET", "offers", 3): return try showOffer(id, fault: fault)
        case ("POST", "orders", 2): return try createOrder(request, fault: fault)
        case ("GET", "orders", 2): return try listOrders(request)
        case ("GET", "orders", 3): return try showOrder(id)
        case ("POST", "payments", 2): return try createPayment(request, fault: fault)
        case ("POST", "order_cancellations", 2): return try createCancellation(request)
        case ("GET", "order_cancellations", 2): return try listCancellations(request)
        case ("GET", "order_cancellations", 3): return try showCancellation(id)
        case ("POST", "order_cancellations", 5) where steps[3] == "actions" && steps[4] == "confirm":
            return try confirmCancellation(id)
        case ("GET", "airlines", _), ("GET", "airports", _), ("GET", "aircraft", _):
            return try reference(steps[1], id: steps.count > 2 ? id : nil, request)
        default: throw DuffelProblem.notFound
        }
    }

    /// The `data` of a request's body.
    func parse(_ request: MockRequest) throws(WireError) -> JSONValue {
        try JSONDocument(PaddedBytes(request.body)).root.require("data")
    }

    func failure(status: Int) -> MockReply { DuffelProblem(status: status).reply }

    func rateLimited() -> MockReply {
        var reply = DuffelProblem.rateLimited.reply
        let reset = now().advanced(by: .seconds(1))
        reply.headers += [
            ("ratelimit-limit", "60"), ("ratelimit-remaining", "0"), ("ratelimit-reset", HTTPDate.string(reset)),
        ]
        return reply
    }

    func ledger() -> MockReply { shop.ledger() }
    func reset() { shop.reset() }
}
