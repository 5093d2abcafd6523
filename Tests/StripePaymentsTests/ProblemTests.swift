import FareDomain
import FarePorts
import FareTestSupport
import Testing

@testable import StripePayments

/// What problems and silence mean.
struct ProblemTests {
    struct Row: Sendable, CustomTestStringConvertible {
        var status: Int
        var body: String
        var code: PaymentError.Code
        var outcome: ProviderError.Outcome
        var detail: String

        var testDescription: String { "\(status) \(detail)" }
    }

    private static let request = "invalid_request_error"

    @Test(
        arguments: [
            Row(
                status: 402, body: Fixture.problem("card_error", "card_declined", decline: "insufficient_funds"),
                code: .declined, outcome: .notApplied, detail: "card_declined insufficient_funds"),
            Row(
                status: 402, body: Fixture.problem("card_error", "authentication_required"),
                code: .declined, outcome: .notApplied, detail: "authentication_required"),
            Row(
                status: 400, body: Fixture.problem("card_error", "expired_card"),
                code: .declined, outcome: .notApplied, detail: "expired_card"),
            Row(
                status: 400, body: Fixture.problem(request, "resource_missing", parameter: "payment_method"),
                code: .declined, outcome: .notApplied, detail: "resource_missing"),
            Row(
                status: 400, body: Fixture.problem(request, "resource_missing", parameter: "payment_intent"),
                code: .notFound, outcome: .notApplied, detail: "resource_missing"),
            Row(
                status: 404, body: Fixture.problem(request, "resource_missing", parameter: "intent"),
                code: .notFound, outcome: .notApplied, detail: "resource_missing"),
            Row(status: 404, body: Fixture.html, code: .notFound, outcome: .notApplied, detail: "HTTP 404"),
            Row(
                status: 400, body: Fixture.problem("idempotency_error"),
                code: .rejected, outcome: .unknown, detail: "idempotency_error"),
            Row(
                status: 400, body: Fixture.problem(request, "amount_too_small"),
                code: .rejected, outcome: .notApplied, detail: "amount_too_small"),
            Row(
                status: 401, body: Fixture.problem(request),
                code: .unauthorized, outcome: .notApplied, detail: "invalid_request_error"),
            Row(status: 403, body: "", code: .unauthorized, outcome: .notApplied, detail: "HTTP 403"),
            Row(
                status: 409, body: Fixture.problem("idempotency_error", "idempotency_key_in_use"),
                code: .unavailable, outcome: .unknown, detail: "idempotency_key_in_use"),
            Row(
                status: 429, body: Fixture.problem(request, "rate_limit"),
                code: .rateLimited, outcome: .notApplied, detail: "rate_limit"),
            Row(status: 408, body: "", code: .timedOut, outcome: .unknown, detail: "HTTP 408"),
            Row(
                status: 500, body: Fixture.problem("api_error"),
                code: .serverError, outcome: .unknown, detail: "api_error"),
            Row(status: 502, body: Fixture.html, code: .serverError, outcome: .unknown, detail: "HTTP 502"),
            Row(
                status: 400, body: Fixture.problem("api_error"),
                code: .serverError, outcome: .unknown, detail: "api_error"),
            Row(status: 302, body: "", code: .unreadable, outcome: .unknown, detail: "HTTP 302"),
        ])
    func aProblemIsAnErrorWithAnOutcome(_ row: Row) async {
        let bench = Bench(.answer(row.status, body: row.body))
        let error = await Bench.error { () throws(PaymentError) in try await bench.authorize() }
        #expect(error?.code == row.code)
        #expect(error?.outcome == row.outcome)
        #expect(error?.detail == row.detail)
        #expect(bench.transport.requests.count == 1, "nothing is tried again here")
    }

    @Test
    func aDeclineHasThePaymentThatWasDeclined() async {
        let intent = Fixture.intent("requires_payment_method", charge: "\"ch_1\"")
        let body = Fixture.problem("card_error", "card_declined", decline: "generic_decline", intent: intent)
        let bench = Bench(.answer(402, body: body))
        let error = await Bench.error { () throws(PaymentError) in try await bench.authorize() }
        #expect(error?.payment?.id == "pi_1")
        #expect(error?.payment?.state == .declined)
    }

    @Test(arguments: [("7", Duration.seconds(7)), ("999999999", .seconds(86_400)), ("soon", nil), ("-1", nil)])
    func aPauseIsPassedOn(_ header: String, _ pause: Duration?) async {
        let bench = Bench(.answer(429, headers: [HTTPHeader("Retry-After", header)]))
        let error = await Bench.error { () throws(PaymentError) in try await bench.capture() }
        #expect(error?.retryAfter == pause)
    }

    @Test
    func aWordThatIsNotStripesDoesNotReachTheLog() async {
        let bench = Bench(.answer(400, body: Fixture.problem("x", "pm-1 <b>\\n" + String(repeating: "y", count: 500))))
        let error = await Bench.error { () throws(PaymentError) in try await bench.authorize() }
        #expect(error?.detail.count == 120)
        #expect(error?.detail.hasPrefix("pm?1 ?b??") == true)
    }

    @Test(
        arguments: [
            (TransportError.Code.couldNotConnect, PaymentError.Code.unavailable), (.untrusted, .unavailable),
            (.timedOut, .timedOut), (.connectionLost, .connectionLost), (.malformedAnswer, .unreadable),
            (.bodyTooLarge, .unreadable), (.cancelled, .cancelled), (.badRequest, .unavailable), (.tooLate, .timedOut),
            (.overloaded, .unavailable), (.circuitOpen, .unavailable), (.rateLimited, .rateLimited),
            (.shutDown, .unavailable),
        ], [true, false])
    func silenceIsUnknownUnlessNothingWasSent(
        _ codes: (TransportError.Code, PaymentError.Code), maybeSent: Bool
    ) async {
        let bench = Bench(.fail(TransportError(codes.0, maybeSent: maybeSent, retryAfter: .seconds(2))))
        let error = await Bench.error { () throws(PaymentError) in try await bench.capture() }
        #expect(error?.code == codes.1)
        #expect(error?.outcome == (maybeSent ? .unknown : .notApplied))
        #expect(error?.retryAfter == .seconds(2))
        #expect(error?.detail == codes.0.rawValue)
    }
}
