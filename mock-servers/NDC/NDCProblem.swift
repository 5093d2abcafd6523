import FareDomain
import WireFormats

/// An `Error`: numbers are of IATA's code list PADIS 9321, words are this airline's own.
struct NDCProblem: Error {
    let code: String
    let text: String

    static let systemError = NDCProblem(code: "911", text: "Unable to process - system error.")
    static let unknownOrder = NDCProblem(code: "913", text: "There is no such order.")
    static let unknownOffer = NDCProblem(code: "913", text: "There is no such offer.")
    static let notCancellable = NDCProblem(code: "NOT_CANCELLABLE", text: "The order was never paid for.")
    static let refundChanged = NDCProblem(code: "REFUND_CHANGED", text: "The refund is not what was expected.")

    /// 912: data missing; 914: invalid format.
    static func missing(_ what: String) -> NDCProblem { NDCProblem(code: "912", text: "Missing: \(what).") }
    static func malformed(_ what: String) -> NDCProblem { NDCProblem(code: "914", text: "Invalid: \(what).") }

    init(code: String, text: String) {
        self.code = code
        self.text = text
    }

    init(_ failure: ShopFailure) {
        guard case .refused(let error) = failure else {
            self = .systemError
            return
        }
        self = NDCProblem.refusal(error)
    }

    private static func refusal(_ error: ShopError) -> NDCProblem {
        switch error {
        case .unknownSearch, .unknownOffer: unknownOffer
        case .unknownOrder: unknownOrder
        case .offerExpired: NDCProblem(code: "OFFER_EXPIRED", text: "The offer has expired.")
        case .soldOut: NDCProblem(code: "490", text: "Fare not available.")
        case .priceChanged(let now):
            NDCProblem(code: "PRICE_CHANGED", text: "The price is \(now.amount) \(now.currency.code) now.")
        case .wrongTravellers: malformed("other passengers than the offer's")
        case .notHoldable: NDCProblem(code: "INSTANT_PAYMENT_REQUIRED", text: "This offer has to be paid at once.")
        case .alreadyPaid: NDCProblem(code: "ORDER_TICKETED", text: "The order is paid for.")
        case .alreadyCancelled: NDCProblem(code: "ORDER_CANCELLED", text: "The order is cancelled.")
        case .holdExpired: NDCProblem(code: "TIME_LIMIT_PASSED", text: "The payment time limit has passed.")
        case .wrongAmount, .wrongCurrency: malformed("a payment of another amount than the order's")
        }
    }

    /// HTTP 200, as NDC's refusals come.
    func reply(to kind: NDCMessage.Kind) -> MockReply {
        .message(kind.answer) { write(to: &$0) }
    }

    /// What the gateway in front says, which doesn't know one message from another.
    func reply(status: Int) -> MockReply {
        var writer = XMLWriter()
        write(to: &writer)
        return MockReply(
            status: status, headers: [("content-type", "application/xml; charset=utf-8")], body: writer.bytes)
    }

    private func write(to writer: inout XMLWriter) {
        writer.element("Error") { writer in
            writer.element("Code", text: code)
            writer.element("DescText", text: text)
        }
    }
}
