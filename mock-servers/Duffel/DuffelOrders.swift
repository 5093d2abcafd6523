import FareDomain
import WireFormats

extension DuffelDialect {
    func createOrder(_ request: MockRequest, fault: DomainFault?) throws -> MockReply {
        let data = try parse(request)
        let type = data.member(named: "type")?.string ?? "instant"
        guard type == "instant" || type == "hold" else {
            throw DuffelProblem.invalid("inclusion", "/type", "is not instant or hold")
        }
        let selected = data.member(named: "selected_offers")?.elements.compactMap(\.string) ?? []
        guard selected.count == 1 else {
            throw DuffelProblem.invalid("required", "/selected_offers", "must have exactly one offer")
        }
        guard let (search, index) = DuffelID.parts(selected[0], prefix: "off") else {
            throw DuffelProblem.invalid("invalid", "/selected_offers/0", "is not an offer")
        }
        let quote = try shop.reprice(search: search, index: index)
        let travellers = try DuffelTravellers.read(data, search: search, query: quote.query)
        let payment = type == "hold" ? nil : try DuffelDialect.payment(in: data)
        if type == "hold", data.member(named: "payments").map({ !$0.elements.isEmpty }) ?? false {
            throw DuffelProblem.invalid("invalid", "/payments", "must be left out of a hold order")
        }
        let metadata = data.member(named: "metadata").flatMap { $0.kind == .object ? $0 : nil }
        var notes = ["search": search, "offer_id": selected[0], "type": type]
        notes["metadata"] = metadata.map { String(decoding: $0.rawBytes, as: UTF8.self) }
        let order = try shop.order(
            quote, id: DuffelID.new("ord"), travellers: travellers, reference: DuffelDialect.reference(in: metadata),
            payment: payment, notes: notes, fault: fault)
        return try reply(201, order)
    }

    func showOrder(_ id: String) throws -> MockReply {
        guard let order = try shop.order(id: id) else { throw DuffelProblem.notFound }
        return try reply(200, order)
    }

    /// Newest first, unless `sort` asks for `payment_required_by` or `created_at`; a minus in front turns it round.
    func listOrders(_ request: MockRequest) throws -> MockReply {
        let created = try DuffelDialect.created(request)
        var orders = try shop.orders().reversed().filter {
            created.contains($0.createdAt) && DuffelDialect.matches($0, request)
        }
        switch request.query("sort") {
        case "payment_required_by": orders.sort { ($0.payBy ?? .max) < ($1.payBy ?? .max) }
        case "-payment_required_by": orders.sort { ($0.payBy ?? .min) > ($1.payBy ?? .min) }
        case "created_at": orders.reverse()
        default: break
        }
        return DuffelPage(orders, request, id: \.id).reply { order, writer in
            DuffelOrder(order: order, offer: shop.offer(of: order)).write(to: &writer)
        }
    }

    /// `created_at[after]` and `created_at[before]`, in milliseconds since 1970.
    private static func created(_ request: MockRequest) throws -> ClosedRange<Int64> {
        func limit(_ name: String, _ otherwise: Int64) throws -> Int64 {
            guard let text = request.query("created_at[\(name)]") else { return otherwise }
            guard let instant = try? ISO8601.timestamp(text) else {
                throw DuffelProblem.invalid("invalid", "/created_at/\(name)", "is not a datetime")
            }
            return instant.millisecondsSinceEpoch
        }
        let (start, end) = (try limit("after", .min), try limit("before", .max))
        guard start <= end else { throw DuffelProblem.invalid("invalid", "/created_at", "ends before it begins") }
        return start...end
    }

    private static func matches(_ order: Order, _ request: MockRequest) -> Bool {
        if let locator = request.query("booking_reference"), order.locator != locator { return false }
        if let awaiting = request.query("awaiting_payment") {
            guard (order.state == .held) == (awaiting == "true") else { return false }
        }
        return request.queryList("passenger_name").allSatisfy { wanted in
            let wanted = wanted.lowercased()
            return order.travellers.contains { traveller in
                let (given, family) = (traveller.givenName.lowercased(), traveller.familyName.lowercased())
                return [given, family, "\(given) \(family)"].contains(wanted)
            }
        }
    }

    func createPayment(_ request: MockRequest, fault: DomainFault?) throws -> MockReply {
        let data = try parse(request)
        guard let orderID = data.member(named: "order_id")?.string else {
            throw DuffelProblem.invalid("required", "/order_id", "can't be blank")
        }
        guard let field = data.member(named: "payment") else {
            throw DuffelProblem.invalid("required", "/payment", "can't be blank")
        }
        guard let existing = try shop.order(id: orderID) else { throw DuffelProblem.notFound }
        if existing.notes["type"] != "hold" {
            throw DuffelProblem.state(
                "order_type_not_eligible_for_payment", "Order type not eligible for payment",
                "Only a hold order can be paid for later.")
        }
        let payment = try DuffelDialect.money(field, at: "/payment")
        let order = try shop.pay(orderID: orderID, payment: payment, fault: fault)
        return .json(201) { writer in
            writer.object { writer in
                writer.object("data") { writer in
                    writer.member("id", DuffelID.new("pay"))
                    writer.member("order_id", order.id)
                    writer.member("live_mode", false)
                    writer.member("status", "succeeded")
                    writer.member("type", field.member(named: "type")?.string ?? "balance")
                    writer.member("amount", payment.amount)
                    writer.member("currency", payment.currency.code)
                    writer.member("created_at", now().utcText)
                }
            }
        }
    }

    private func reply(_ status: Int, _ order: Order) throws -> MockReply {
        .json(status) { writer in
            writer.object { writer in
                writer.key("data")
                DuffelOrder(order: order, offer: shop.offer(of: order)).write(to: &writer)
            }
        }
    }

    // MARK: Reading

    private static func payment(in data: JSONValue) throws -> Money {
        guard let payments = data.member(named: "payments"), payments.elements.underestimatedCount == 1,
            let payment = payments.elements.first(where: { _ in true })
        else { throw DuffelProblem.invalid("required", "/payments", "must have exactly one payment") }
        return try money(payment, at: "/payments/0")
    }

    private static func money(_ payment: JSONValue, at pointer: String) throws -> Money {
        guard ["balance", "arc_bsp_cash"].contains(payment.member(named: "type")?.string) else {
            throw DuffelProblem.invalid("inclusion", "\(pointer)/type", "is not a type of payment")
        }
        guard let code = payment.member(named: "currency")?.string, let currency = Currency(code) else {
            throw DuffelProblem.invalid("invalid", "\(pointer)/currency", "is not a currency")
        }
        guard let text = payment.member(named: "amount")?.string,
            let amount = try? Money(decimal: text, currency: currency)
        else { throw DuffelProblem.invalid("invalid", "\(pointer)/amount", "is not an amount") }
        return amount
    }

    /// The caller's own reference: what `metadata` has under `reference`, or its only value.
    private static func reference(in metadata: JSONValue?) -> String? {
        guard let metadata else { return nil }
        if let named = metadata.member(named: "reference")?.string { return named }
        let values = metadata.members.compactMap { $0.value.string }
        return values.count == 1 ? values[0] : nil
    }
}
