import FareDomain
import FarePorts
import WireFormats

/// An airline's NDC endpoint, version 19.2 of IATA's schemas: every message is posted to one address.
///
/// Which message is which operation, and which refusal stands for what: `NDC/README.md`.
struct NDCDialect: Dialect {
    let name = "ndc"
    let shop: Shop
    let now: @Sendable () -> Timestamp

    init(settings: MockProvider.Settings) throws {
        shop = try settings.shop("ndc")
        now = settings.now
    }

    func classify(_ request: MockRequest) -> Classification {
        guard let message = try? NDCMessage(request) else { return .aside }
        switch message.kind {
        case .airShopping: return .opens(.search)
        case .offerPrice: return .opens(.reprice)
        case .orderCreate: return .opens(message.request.first("PaymentFunctions") == nil ? .hold : .confirm)
        case .orderChange: return .opens(.confirm)
        case .orderRetrieve, .orderList: return .opens(.status)
        // A quote changes nothing: the cancellation is counted, and struck, where it happens.
        case .orderReshop: return .continues(.cancel)
        case .orderCancel: return .opens(cancelling(message.request.text("Order", "OrderID") ?? ""))
        }
    }

    /// A hold is released, whether or not that is still possible; anything else is a cancellation.
    private func cancelling(_ orderID: String) -> MockOperation {
        guard let order = try? shop.order(id: orderID) else { return .cancel }
        return order.paidAt == nil ? .release : .cancel
    }

    func answer(_ request: MockRequest, fault: DomainFault?) -> MockReply {
        let message: NDCMessage
        do throws(NDCProblem) {
            message = try NDCMessage(request)
        } catch {
            return error.reply(status: 400)
        }
        do {
            return try route(message, fault: fault)
        } catch let problem as NDCProblem {
            return problem.reply(to: message.kind)
        } catch let failure as ShopFailure {
            return NDCProblem(failure).reply(to: message.kind)
        } catch {
            return NDCProblem.systemError.reply(to: message.kind)
        }
    }

    private func route(_ message: NDCMessage, fault: DomainFault?) throws -> MockReply {
        let request = message.request
        switch message.kind {
        case .airShopping: return try airShopping(request)
        case .offerPrice: return try offerPrice(request, fault: fault)
        case .orderCreate: return try orderCreate(request, fault: fault)
        case .orderChange: return try orderChange(request, fault: fault)
        case .orderRetrieve: return try orderRetrieve(request)
        case .orderList: return try orderList(request)
        case .orderReshop: return try orderReshop(request)
        case .orderCancel: return try orderCancel(request)
        }
    }

    func failure(status: Int) -> MockReply {
        let problem = status >= 500 ? NDCProblem.systemError : NDCProblem(code: String(status), text: "Refused.")
        return problem.reply(status: status)
    }

    func rateLimited() -> MockReply {
        var reply = NDCProblem(code: "429", text: "Too many messages.").reply(status: 429)
        reply.headers.append(("retry-after", "1"))
        return reply
    }

    func ledger() -> MockReply { shop.ledger() }
    func reset() { shop.reset() }
}
