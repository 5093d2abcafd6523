import FareDomain
import FarePorts
import FareTestSupport
import Testing

@testable import StripePayments

/// What Stripe keeps under a key, and says again.
struct StoredAnswerTests {
    private func replayed(_ status: Int, _ body: String) -> FakeTransport.Reply {
        .answer(status, headers: [HTTPHeader("Idempotent-Replayed", "true")], body: body)
    }

    @Test
    func aReplayedFailureIsStoredAndAFirstOneMayBe() async {
        let body = Fixture.problem("api_error")
        let bench = Bench(.answer(500, body: body), replayed(500, body))
        for isStored in [false, true] {
            let error = await Bench.error { () throws(PaymentError) in try await bench.capture() }
            #expect(error?.code == .serverError)
            #expect(error?.outcome == .unknown, "Stripe: to be treated as indeterminate")
            #expect(error?.isStored == isStored)
        }
    }

    @Test
    func aReplayedDeclineStillHasItsPayment() async {
        let intent = Fixture.intent("requires_payment_method", charge: "\"ch_1\"")
        let bench = Bench(replayed(402, Fixture.problem("card_error", "card_declined", intent: intent)))
        let error = await Bench.error { () throws(PaymentError) in try await bench.authorize() }
        #expect(error?.code == .declined)
        #expect(error?.isStored == true)
        #expect(error?.payment?.id == "pi_1")
    }

    /// What was done under the key is not known from this: a release of ours may have worded a request otherwise.
    @Test
    func aKeyOfAnotherRequestLeavesItUnknown() async {
        let bench = Bench(.answer(400, body: Fixture.problem("idempotency_error")))
        let error = await Bench.error { () throws(PaymentError) in try await bench.authorize() }
        #expect(error?.code == .rejected)
        #expect(error?.outcome == .unknown)
        #expect(error?.isStored == true)
    }

    @Test
    func aKeyInUseIsNotStored() async {
        let bench = Bench(.answer(409, body: Fixture.problem("idempotency_error", "idempotency_key_in_use")))
        let error = await Bench.error { () throws(PaymentError) in try await bench.authorize() }
        #expect(error?.outcome == .unknown)
        #expect(error?.isStored == false)
    }

    @Test
    func aReplayedRefusalShowsThePaymentAsItIsNow() async {
        let old = Fixture.intent("processing", charge: "null")
        let body = Fixture.problem("invalid_request_error", "payment_intent_unexpected_state", intent: old)
        let now = Fixture.intent("succeeded", received: 30_000)
        let bench = Bench(replayed(400, body), .answer(200, body: now))
        let error = await Bench.error { () throws(PaymentError) in try await bench.capture() }
        #expect(error?.code == .wrongState)
        #expect(error?.isStored == true)
        #expect(error?.payment?.state == .captured)
        #expect(bench.requests.last?.hasPrefix("GET /v1/payment_intents/pi_1?") == true)
    }

    @Test
    func aWantedActionIsAnAnswerWithAPaymentToVoid() async throws {
        let intent = Fixture.intent("requires_action", charge: "null")
        let bench = Bench(.answer(200, body: intent), replayed(200, intent))
        for _ in 0..<2 { #expect(try await bench.authorize().state == .actionRequired) }
    }
}
