import FareDomain
import WireFormats

extension NDCDialect {
    /// Without a payment a hold, with one an instant order.
    func orderCreate(_ request: XMLElement, fault: DomainFault?) throws -> MockReply {
        let selected = request.first("CreateOrder", "SelectedOffer")
        let (search, index) = try NDCDialect.selectedOffer(selected)
        let quote = try shop.reprice(search: search, index: index)
        let travellers = try NDCTravellers.read(request, query: quote.query)
        if let agreed = selected?.first("TotalOfferPriceAmount"), try NDCDialect.amount(agreed) != quote.total {
            throw ShopFailure.refused(.priceChanged(now: quote.total))
        }
        let order = try shop.order(
            quote, id: "ORDER" + RandomText.letters(14), travellers: travellers, reference: nil,
            payment: try NDCDialect.payment(in: request), fault: fault)
        return reply(order)
    }

    /// The only change there is: paying.
    func orderChange(_ request: XMLElement, fault: DomainFault?) throws -> MockReply {
        guard let payment = try NDCDialect.payment(in: request) else { throw NDCProblem.missing("PaymentFunctions") }
        let id = try NDCDialect.orderID(request.first("Order"))
        return reply(try shop.pay(orderID: id, payment: payment, fault: fault))
    }

    func orderRetrieve(_ request: XMLElement) throws -> MockReply {
        reply(try order(request.first("OrderFilterCriteria", "Order")))
    }

    /// Newest first.
    func orderList(_ request: XMLElement) throws -> MockReply {
        let criteria = request.first("OrderFilterCriteria")
        let surname = criteria?.text("Pax", "Individual", "Surname")?.uppercased()
        let start = try criteria?.first("CreationDateRange", "StartDate").map { element in
            guard let date = try? element.requireDate() else { throw NDCProblem.malformed("a StartDate") }
            return Int64(date.daysSinceEpoch) * 86_400_000
        }
        let orders = try shop.orders().reversed().filter { order in
            let names = order.travellers.map { $0.familyName.uppercased() }
            return order.createdAt >= start ?? .min && (surname.map { names.contains($0) } ?? true)
        }
        return .message("IATA_OrderListRS") { writer in
            writer.element("Response") { writer in
                for order in orders { NDCOrder(order: order, offer: shop.offer(of: order)).writeSummary(to: &writer) }
                if orders.isEmpty {
                    writer.element("Warning") { $0.element("DescText", text: "No orders match.") }
                }
            }
        }
    }

    /// The order that an `Order` names.
    func order(_ named: XMLElement?) throws -> Order {
        guard let order = try shop.order(id: try NDCDialect.orderID(named)) else { throw NDCProblem.unknownOrder }
        return order
    }

    private static func orderID(_ order: XMLElement?) throws -> String {
        guard let id = order?.text("OrderID") else { throw NDCProblem.missing("OrderID") }
        return id
    }

    private static func payment(in request: XMLElement) throws -> Money? {
        guard let functions = request.first("PaymentFunctions") else { return nil }
        guard let amount = functions.first("PaymentProcessingDetails", "Amount") else {
            throw NDCProblem.missing("Amount")
        }
        return try NDCDialect.amount(amount)
    }

    static func amount(_ element: XMLElement) throws -> Money {
        guard let money = try? element.requireMoney() else { throw NDCProblem.malformed("an amount") }
        return money
    }

    private func reply(_ order: Order) -> MockReply {
        .message("IATA_OrderViewRS") { NDCOrder(order: order, offer: shop.offer(of: order)).write(to: &$0) }
    }
}
