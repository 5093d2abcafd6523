import FareDomain
import FarePorts
import WireFormats

/// A quote for ending an order, and whether it was taken. Kept by the shop as one JSON text.
struct DuffelCancellation: Sendable {
    let id: String
    let orderID: String
    let refund: Money
    /// `balance`, or `awaiting_payment` for an order that was never paid.
    let refundTo: String
    let createdAt: String
    let expiresAt: Timestamp
    var confirmedAt: String?

    func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("id", id)
            writer.member("order_id", orderID)
            writer.member("live_mode", false)
            writer.member("refund_amount", refund.amount)
            writer.member("refund_currency", refund.currency.code)
            writer.member("refund_to", refundTo)
            writer.member("created_at", createdAt)
            writer.member("expires_at", expiresAt.utcText)
            writer.member("confirmed_at", confirmedAt)
            writer.array("airline_credits") { _ in }
        }
    }

    /// Nil for a text that `write` did not make.
    init?(_ text: String) {
        guard let value = try? JSONDocument(PaddedBytes(text)).root, let id = try? value.string("id"),
            let orderID = try? value.string("order_id"), let refundTo = try? value.string("refund_to"),
            let code = try? value.string("refund_currency"), let currency = Currency(code),
            let amount = try? value.string("refund_amount"),
            let refund = try? Money(decimal: amount, currency: currency),
            let createdAt = try? value.string("created_at"), let expiresAt = try? value.timestamp("expires_at")
        else { return nil }
        self.init(
            id: id, orderID: orderID, refund: refund, refundTo: refundTo, createdAt: createdAt, expiresAt: expiresAt,
            confirmedAt: value.member(named: "confirmed_at")?.string)
    }

    init(
        id: String, orderID: String, refund: Money, refundTo: String, createdAt: String, expiresAt: Timestamp,
        confirmedAt: String? = nil
    ) {
        self.id = id
        self.orderID = orderID
        self.refund = refund
        self.refundTo = refundTo
        self.createdAt = createdAt
        self.expiresAt = expiresAt
        self.confirmedAt = confirmedAt
    }
}

extension DuffelDialect {
    private static let kind = "cancellation"
    /// The id of an order's last quote.
    private static let newest = "newest cancellation"
    private static let quoteLives = Duration.seconds(1800)

    /// One that was quoted, by its id.
    func cancellation(id: String) -> DuffelCancellation? {
        shop.remembered(kind: DuffelDialect.kind)[id].flatMap { DuffelCancellation($0) }
    }

    func createCancellation(_ request: MockRequest) throws -> MockReply {
        guard let orderID = try parse(request).member(named: "order_id")?.string else {
            throw DuffelProblem.invalid("required", "/order_id", "can't be blank")
        }
        guard let order = try shop.order(id: orderID) else { throw DuffelProblem.notFound }
        guard order.state == .held || order.state == .ticketed else { throw ShopFailure.refused(.alreadyCancelled) }
        let created = now()
        let cancellation = DuffelCancellation(
            id: DuffelID.new("ore"), orderID: orderID, refund: shop.refund(of: order), refundTo: refundTo(order),
            createdAt: created.utcText, expiresAt: created.advanced(by: DuffelDialect.quoteLives))
        try keep(cancellation)
        try shop.remember(kind: DuffelDialect.newest, id: orderID, text: cancellation.id)
        return reply(201, cancellation)
    }

    /// Ends the order, if it still is what was quoted for: a hold that was paid since is not given up at a hold's
    /// price.
    func confirmCancellation(_ id: String) throws -> MockReply {
        guard var cancellation = cancellation(id: id), let order = try shop.order(id: cancellation.orderID) else {
            throw DuffelProblem.notFound
        }
        guard cancellation.confirmedAt == nil, order.state == .held || order.state == .ticketed else {
            throw ShopFailure.refused(.alreadyCancelled)
        }
        guard isNewest(cancellation), cancellation.expiresAt > now(), cancellation.refundTo == refundTo(order),
            cancellation.refund == shop.refund(of: order)
        else {
            throw DuffelProblem.state(
                "order_cancellation_expired", "Order cancellation expired", "Ask for a new quote: this one is stale.")
        }
        _ = try shop.cancel(orderID: order.id, expecting: order.state)
        cancellation.confirmedAt = now().utcText
        try keep(cancellation)
        return reply(200, cancellation)
    }

    func showCancellation(_ id: String) throws -> MockReply {
        guard let cancellation = cancellation(id: id) else { throw DuffelProblem.notFound }
        return reply(200, cancellation)
    }

    func listCancellations(_ request: MockRequest) throws -> MockReply {
        let wanted = request.query("order_id")
        let found = shop.remembered(kind: DuffelDialect.kind).values.compactMap { DuffelCancellation($0) }
            .filter { wanted == nil || $0.orderID == wanted }
            .sorted { ($0.createdAt, $0.id) > ($1.createdAt, $1.id) }
        return DuffelPage(found, request, id: \.id).reply { $0.write(to: &$1) }
    }

    /// "You can only confirm the most recent order cancellation that you have created for an order."
    private func isNewest(_ cancellation: DuffelCancellation) -> Bool {
        shop.remembered(kind: DuffelDialect.newest)[cancellation.orderID] == cancellation.id
    }

    private func refundTo(_ order: Order) -> String { order.state == .held ? "awaiting_payment" : "balance" }

    private func keep(_ cancellation: DuffelCancellation) throws(ShopFailure) {
        var writer = JSONWriter()
        cancellation.write(to: &writer)
        try shop.remember(kind: DuffelDialect.kind, id: cancellation.id, text: writer.text)
    }

    private func reply(_ status: Int, _ cancellation: DuffelCancellation) -> MockReply {
        .json(status) { writer in
            writer.object { writer in
                writer.key("data")
                cancellation.write(to: &writer)
            }
        }
    }
}
