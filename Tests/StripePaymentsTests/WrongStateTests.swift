import FareDomain
import FarePorts
import FareTestSupport
import Testing

@testable import StripePayments

/// "In no state for this" is an answer: it says in which.
struct WrongStateTests {
    private static let code = "payment_intent_unexpected_state"

    private func refusal(_ intent: String?, code: String = code) -> FakeTransport.Reply {
        .answer(400, body: Fixture.problem("invalid_request_error", code, intent: intent))
    }

    @Test
    func voidingWhatIsVoidedIsSuccess() async throws {
        let bench = Bench(refusal(Fixture.intent("canceled", charge: "\"ch_1\"")))
        #expect(try await bench.void().state == .voided)
        #expect(bench.transport.requests.count == 1)
    }

    @Test
    func capturingWhatIsVoidedSaysSo() async {
        let bench = Bench(refusal(Fixture.intent("canceled", charge: "\"ch_1\"")))
        let error = await Bench.error { () throws(PaymentError) in try await bench.capture() }
        #expect(error?.code == .wrongState)
        #expect(error?.outcome == .notApplied)
        #expect(error?.payment?.state == .voided)
    }

    /// A problem's payment has its charge's id alone, and so not what was given back.
    @Test
    func whatWasTakenIsAskedForWithItsRefunds() async {
        let refunded = Fixture.intent("succeeded", received: 30_000, charge: Fixture.charge(refunded: 500))
        let named = Fixture.intent("succeeded", received: 30_000, charge: "\"ch_1\"")
        let bench = Bench(refusal(named), .answer(200, body: refunded))
        let error = await Bench.error { () throws(PaymentError) in try await bench.capture() }
        #expect(error?.code == .wrongState)
        #expect(error?.outcome == .notApplied)
        #expect(error?.detail == Self.code)
        #expect(error?.payment?.state == .refunded)
        #expect(error?.payment?.refunded == .pounds(500))
        #expect(bench.requests.last == "GET /v1/payment_intents/pi_1?expand%5B%5D=latest_charge")
        #expect(bench.transport.requests.last?.effect == .read)
    }

    @Test(arguments: ["charge_already_refunded", "charge_disputed", code])
    func aRefusedRefundHasThePayment(_ code: String) async {
        let intent = Fixture.intent("succeeded", received: 10_000, charge: Fixture.charge(refunded: 10_000))
        let bench = Bench(refusal(nil, code: code), .answer(200, body: intent))
        let error = await Bench.error { () throws(PaymentError) in try await bench.refund() }
        #expect(error?.code == .wrongState)
        #expect(error?.payment?.refunded == .pounds(10_000))
    }

    @Test
    func voidingWhatIsVoidedIsSuccessWithoutAPaymentInTheProblem() async throws {
        let bench = Bench(refusal(nil), .answer(200, body: Fixture.intent("canceled")))
        #expect(try await bench.void().state == .voided)
    }

    @Test
    func voidingWhatWasTakenIsNoSuccess() async {
        let taken = Fixture.intent("succeeded", received: 30_000)
        let bench = Bench(refusal(nil), .answer(200, body: taken))
        let error = await Bench.error { () throws(PaymentError) in try await bench.void() }
        #expect(error?.code == .wrongState)
        #expect(error?.payment?.state == .captured)
    }

    @Test(
        arguments: [
            (FakeTransport.Reply.answer(503), PaymentError.Code.serverError),
            (.answer(429), .rateLimited), (.answer(200, body: "{"), .unreadable),
            (.fail(TransportError(.couldNotConnect, maybeSent: false)), .unavailable),
        ])
    func whereAskingFailsNothingIsKnown(_ reply: FakeTransport.Reply, _ code: PaymentError.Code) async {
        let bench = Bench(refusal(nil), reply)
        let error = await Bench.error { () throws(PaymentError) in try await bench.capture() }
        #expect(error?.code == code)
        #expect(error?.outcome == .unknown)
        #expect(error?.payment == nil)
    }
}
