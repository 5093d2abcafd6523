import FareDomain
import FarePorts
import FareTestSupport
import Resilience
import Testing
import WireFormats

@testable import StripePayments

/// Answers in Stripe's shape, with values of our own.
enum Fixture {
    static func intent(
        _ status: String, amount: Int64 = 32_150, received: Int64 = 0, currency: String = "gbp",
        charge: String = charge(), reference: String = "bkg_1/1", id: String = "pi_1", created: Int64 = 1_780_315_200
    ) -> String {
        """
        {"id":"\(id)","object":"payment_intent","amount":\(amount),"amount_received":\(received),\
        "currency":"\(currency)","created":\(created),"status":"\(status)","latest_charge":\(charge),\
        "metadata":{"faremux_reference":"\(reference)"},"client_secret":"pi_1_secret_x","next_action":null}
        """
    }

    static func charge(refunded: Int64 = 0) -> String {
        #"{"id":"ch_1","object":"charge","amount_refunded":\#(refunded)}"#
    }

    static func refund(
        _ status: String = "succeeded", reason: String? = nil, id: String = "re_1", reference: String? = "bkg_1/1"
    ) -> String {
        let reason = reason.map { #","failure_reason":"\#($0)""# } ?? ""
        let metadata = reference.map { #""faremux_reference":"\#($0)""# } ?? ""
        return """
            {"id":"\(id)","object":"refund","amount":10000,"currency":"gbp","status":"\(status)",\
            "payment_intent":"pi_1","metadata":{\(metadata)}\(reason)}
            """
    }

    static func event(_ refund: String, id: String = "evt_1") -> String {
        #"{"id":"\#(id)","object":"event","type":"refund.failed","data":{"object":\#(refund)}}"#
    }

    static func problem(
        _ type: String, _ code: String? = nil, decline: String? = nil, parameter: String? = nil, intent: String? = nil
    ) -> String {
        var members = [#""type":"\#(type)""#, #""message":"No such thing: 'pm_secret' 4242""#]
        if let code { members.append(#""code":"\#(code)""#) }
        if let decline { members.append(#""decline_code":"\#(decline)""#) }
        if let parameter { members.append(#""param":"\#(parameter)""#) }
        if let intent { members.append(#""payment_intent":\#(intent)"#) }
        return #"{"error":{\#(members.joined(separator: ","))}}"#
    }

    static func page(_ intents: [String], more: Bool = false) -> String {
        #"{"object":"list","data":[\#(intents.joined(separator: ","))],"has_more":\#(more)}"#
    }

    static let html = "<html><body><h1>502 Bad Gateway</h1></body></html>"
}

/// The adapter on a transport that answers from a script.
struct Bench {
    let transport: FakeTransport
    let gateway: StripePayments
    let context: CallContext

    init(_ replies: FakeTransport.Reply...) {
        let clock = ManualClock()
        transport = FakeTransport(clock: clock, replies, otherwise: .answer(599))
        gateway = StripePayments(baseURL: "http://stripe.test/", secretKey: "sk_1", transport: transport)
        context = CallContext(
            deadline: clock.now.advanced(by: .seconds(8)), requestID: "req_1",
            traceparent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")
    }

    /// Method, path, query and body of each request, as they were sent.
    var requests: [String] {
        transport.requests.map { request in
            let path = request.url.dropFirst("http://stripe.test".count)
            let body = request.body.map { " " + String(decoding: $0, as: UTF8.self) } ?? ""
            return "\(request.method.rawValue) \(path)\(body)"
        }
    }

    func authorize(_ amount: Money = .pounds(32_150)) async throws(PaymentError) -> Payment {
        try await gateway.authorize(amount, token: "pm_card_visa", reference: "bkg_1/1", key: "k1", context: context)
    }

    func capture() async throws(PaymentError) -> Payment {
        try await gateway.capture("pi_1", amount: .pounds(30_000), key: "k2", context: context)
    }

    func void() async throws(PaymentError) -> Payment { try await gateway.void("pi_1", key: "k3", context: context) }

    func refund() async throws(PaymentError) -> Refund {
        try await gateway.refund(
            "pi_1", amount: .pounds(10_000), reference: "bkg_1/1", key: "k4", context: context)
    }

    func refundStatus() async throws(PaymentError) -> Refund {
        try await gateway.status(ofRefund: "re_1", context: context)
    }

    func refunds() async throws(PaymentError) -> [Refund] { try await gateway.refunds(of: "pi_1", context: context) }

    /// Of a span from half a second past 1,780,315,200 to half a second past 1,780,315,260.
    func payments() async throws(PaymentError) -> [Payment] {
        try await gateway.payments(
            createdAfter: Timestamp(millisecondsSinceEpoch: 1_780_315_200_500),
            createdBefore: Timestamp(millisecondsSinceEpoch: 1_780_315_260_500), context: context)
    }

    /// Of the same span.
    func failedRefunds() async throws(PaymentError) -> [Refund] {
        try await gateway.refunds(
            failedAfter: Timestamp(millisecondsSinceEpoch: 1_780_315_200_500),
            failedBefore: Timestamp(millisecondsSinceEpoch: 1_780_315_260_500), context: context)
    }

    func status() async throws(PaymentError) -> Payment { try await gateway.status(of: "pi_1", context: context) }

    static func error(_ body: () async throws(PaymentError) -> some Any) async -> PaymentError? {
        do throws(PaymentError) {
            _ = try await body()
            return nil
        } catch {
            return error
        }
    }
}

extension Money {
    static func pounds(_ pence: Int64) -> Money { of(pence, "GBP") }

    /// An amount of a currency that is in the table.
    static func of(_ minorUnits: Int64, _ code: String) -> Money {
        guard let currency = Currency(code) else {
            Issue.record("\(code) is no currency")
            return .pounds(0)
        }
        return Money(minorUnits: minorUnits, currency: currency)
    }
}
