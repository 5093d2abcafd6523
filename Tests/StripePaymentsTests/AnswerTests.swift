import FareDomain
import FarePorts
import FareTestSupport
import Testing

@testable import StripePayments

/// What answers mean that are no problems.
struct AnswerTests {
    @Test(
        arguments: [
            ("requires_capture", 0, 0, Payment.State.authorized), ("succeeded", 32_150, 0, .captured),
            ("succeeded", 32_150, 1, .refunded), ("succeeded", 32_150, 32_150, .refunded), ("canceled", 0, 0, .voided),
            ("requires_action", 0, 0, .actionRequired), ("processing", 0, 0, .processing),
            ("requires_payment_method", 0, 0, .declined), ("requires_confirmation", 0, 0, .declined),
        ])
    func aStatusIsAState(_ status: String, _ received: Int64, _ refunded: Int64, _ state: Payment.State) async throws {
        let intent = Fixture.intent(status, received: received, charge: Fixture.charge(refunded: refunded))
        let payment = try await Bench(.answer(200, body: intent)).status()
        #expect(payment.state == state)
        #expect(payment.captured == .pounds(received))
        #expect(payment.refunded == .pounds(refunded))
    }

    /// Versions before the one that is asked for counted what a cancellation lets go as a refund.
    @Test
    func aCancelledPaymentGaveNothingBack() async throws {
        let intent = Fixture.intent("canceled", charge: Fixture.charge(refunded: 32_150))
        let payment = try await Bench(.answer(200, body: intent)).status()
        #expect(payment.state == .voided)
        #expect(payment.refunded == .pounds(0))
    }

    @Test
    func aPaymentNeedsNoCharge() async throws {
        let payment = try await Bench(.answer(200, body: Fixture.intent("requires_action", charge: "null"))).status()
        #expect(payment.state == .actionRequired)
    }

    @Test(
        arguments: [
            "", "{", "[]", Fixture.html, "{}", Fixture.intent("paid"), Fixture.intent("succeeded", currency: "xyz"),
            Fixture.intent("succeeded", received: 150, currency: "isk"),
            #"{"id":"pi_1","amount":"1.5","currency":"gbp","status":"succeeded"}"#,
        ])
    func anAnswerThatCannotBeReadLeavesItUnknown(_ body: String) async {
        let bench = Bench(.answer(200, body: body))
        let error = await Bench.error { () throws(PaymentError) in try await bench.authorize() }
        #expect(error?.code == .unreadable)
        #expect(error?.outcome == .unknown)
    }
}
