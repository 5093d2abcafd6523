import FareDomain
import FarePorts
import FareTestSupport
import Testing

@testable import StripePayments

/// What goes out, to the letter.
struct RequestTests {
    private func header(_ name: String, of bench: Bench) -> [String] {
        bench.transport.requests.flatMap { $0.headers }.filter { $0.name == name }.map(\.value)
    }

    @Test
    func anAuthorizationIsConfirmedAtOnceAndCapturedLater() async throws {
        let bench = Bench(.answer(200, body: Fixture.intent("requires_capture")))
        let payment = try await bench.authorize()
        #expect(
            bench.requests == [
                "POST /v1/payment_intents amount=32150&currency=gbp&capture_method=manual&confirm=true"
                    + "&payment_method=pm_card_visa&payment_method_types%5B%5D=card&description=Flights+bkg_1%2F1"
                    + "&metadata%5Bfaremux_reference%5D=bkg_1%2F1&expand%5B%5D=latest_charge"
            ])
        #expect(
            payment
                == Payment(
                    id: "pi_1", reference: "bkg_1/1", state: .authorized, amount: .pounds(32_150),
                    captured: .pounds(0), refunded: .pounds(0),
                    createdAt: Timestamp(secondsSinceEpoch: 1_780_315_200))
        )
        let request = try #require(bench.transport.requests.first)
        #expect(request.effect == .idempotent(key: "k1"))
        #expect(request.operation == .authorize)
        #expect(request.deadline == bench.context.deadline && request.notAfter == bench.context.notAfter)
        #expect(
            request.headers == [
                HTTPHeader("Authorization", "Bearer sk_1"), HTTPHeader("Stripe-Version", "2025-03-31.basil"),
                HTTPHeader("Accept", "application/json"), HTTPHeader("X-Request-Id", "req_1"),
                HTTPHeader("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"),
                HTTPHeader("Content-Type", "application/x-www-form-urlencoded"), HTTPHeader("Idempotency-Key", "k1"),
            ])
    }

    @Test
    func aCaptureTakesTheAmountThatItNames() async throws {
        let bench = Bench(.answer(200, body: Fixture.intent("succeeded", received: 30_000)))
        let payment = try await bench.capture()
        #expect(
            bench.requests == [
                "POST /v1/payment_intents/pi_1/capture amount_to_capture=30000&expand%5B%5D=latest_charge"
            ])
        #expect(payment.state == .captured)
        #expect(payment.captured == .pounds(30_000))
        #expect(bench.transport.requests.map(\.effect) == [.idempotent(key: "k2")])
        #expect(bench.transport.requests.map(\.operation) == [.capture])
    }

    @Test
    func aVoidCancels() async throws {
        let bench = Bench(.answer(200, body: Fixture.intent("canceled")))
        #expect(try await bench.void().state == .voided)
        #expect(bench.requests == ["POST /v1/payment_intents/pi_1/cancel expand%5B%5D=latest_charge"])
        #expect(bench.transport.requests.map(\.effect) == [.idempotent(key: "k3")])
        #expect(bench.transport.requests.map(\.lane) == [.aftercare])
    }

    @Test
    func askingReadsWithoutAKey() async throws {
        let bench = Bench(.answer(200, body: Fixture.intent("processing")))
        #expect(try await bench.status().state == .processing)
        #expect(bench.requests == ["GET /v1/payment_intents/pi_1?expand%5B%5D=latest_charge"])
        #expect(bench.transport.requests.map(\.effect) == [.read])
        #expect(header("Idempotency-Key", of: bench).isEmpty)
        #expect(header("Content-Type", of: bench).isEmpty)
    }

    @Test
    func anIdCannotLeaveItsPlaceInThePath() async throws {
        let bench = Bench(.answer(200, body: Fixture.intent("canceled")))
        _ = try await bench.gateway.void("../refunds?x", key: "k", context: bench.context)
        #expect(bench.requests[0].hasPrefix("POST /v1/payment_intents/..%2Frefunds%3Fx/cancel "))
    }
}
