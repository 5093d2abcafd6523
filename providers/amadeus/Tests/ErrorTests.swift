import FareDomain
import FarePorts
import FareTestSupport
import Testing

@testable import AmadeusProvider

@Suite("Amadeus: errors")
struct ErrorTests {
    /// An answer, and what it means to a hold.
    struct Case: Sendable, CustomTestStringConvertible {
        let status: Int
        let body: String
        let code: ProviderError.Code
        let outcome: ProviderError.Outcome

        init(_ status: Int, _ body: String, _ code: ProviderError.Code, _ outcome: ProviderError.Outcome) {
            self.status = status
            self.body = body
            self.code = code
            self.outcome = outcome
        }

        var testDescription: String { "\(status) \(body.prefix(60))" }
    }

    private static let html = "<html><body><h1>502 Bad Gateway</h1></body></html>"

    static let cases: [Case] = [
        Case(400, AmadeusFixture.error("34651", title: "SEGMENT SELL FAILURE"), .soldOut, .notApplied),
        Case(
            400, AmadeusFixture.error(#""34651""#, status: #""400""#, title: "SEGMENT SELL FAILURE"), .soldOut,
            .notApplied),
        Case(400, AmadeusFixture.error("34107", title: "NOT APPLICABLE FARE"), .soldOut, .notApplied),
        Case(
            400, AmadeusFixture.error("4926", title: "INVALID DATA RECEIVED", detail: "No fare applicable"), .soldOut,
            .notApplied),
        Case(400, AmadeusFixture.error("4926", title: "INVALID DATA RECEIVED"), .rejected, .notApplied),
        Case(400, AmadeusFixture.error("37200", title: "PRICE DISCREPANCY"), .fareChanged, .notApplied),
        Case(400, AmadeusFixture.error("36870", title: "BOOKING FAILED"), .orderNotCreated, .notApplied),
        Case(400, AmadeusFixture.error("477", title: "INVALID FORMAT"), .rejected, .notApplied),
        Case(400, AmadeusFixture.error("32171", title: "MANDATORY DATA MISSING"), .rejected, .notApplied),
        Case(404, AmadeusFixture.error("1797", status: "404", title: "NOT FOUND"), .orderNotFound, .notApplied),
        Case(404, AmadeusFixture.error("38196", status: "404", title: "Resource not found"), .rejected, .notApplied),
        Case(429, AmadeusFixture.error("38194", status: "429", title: "Too many requests"), .rateLimited, .notApplied),
        Case(429, AmadeusFixture.error("38195", status: "429", title: "Quota limit"), .rateLimited, .notApplied),
        Case(429, html, .rateLimited, .notApplied),
        Case(403, "", .unauthorized, .notApplied),
        Case(408, "", .timedOut, .unknown),
        Case(
            500, AmadeusFixture.error("141", status: "500", title: "SYSTEM ERROR"), .serverError, .unknown),
        Case(
            400, AmadeusFixture.error("141", status: "500", title: "SYSTEM ERROR"), .serverError, .unknown),
        Case(500, AmadeusFixture.error("34651", title: "SEGMENT SELL FAILURE"), .serverError, .unknown),
        Case(502, html, .serverError, .unknown),
        Case(503, #"{"fault":{"faultstring":"upstream"}}"#, .serverError, .unknown),
        Case(302, html, .unreadable, .unknown),
        Case(201, html, .unreadable, .unknown),
        Case(201, "", .unreadable, .unknown),
        Case(201, #"{"data":{"type":"flight-order"}}"#, .unreadable, .unknown),
        Case(200, AmadeusFixture.error("34651", title: "SEGMENT SELL FAILURE"), .soldOut, .notApplied),
    ]

    @Test(arguments: cases) func aHoldsAnswerMeansWhatItMustMean(answer: Case) async throws {
        let offer = try await AmadeusHarness.offer(AmadeusFixture.offer())
        let harness = AmadeusHarness(.answer(answer.status, body: answer.body))
        let error = await #expect(throws: ProviderError.self) {
            _ = try await harness.provider.hold(AmadeusHarness.request(offer), context: harness.context)
        }
        #expect(error?.code == answer.code)
        #expect(error?.outcome == answer.outcome)
        #expect(harness.calls.count == 1)
    }

    @Test(arguments: cases.filter { $0.outcome == .unknown }) func aReadIsNeverInDoubt(answer: Case) async throws {
        let harness = AmadeusHarness(.answer(answer.status, body: answer.body))
        let error = await #expect(throws: ProviderError.self) {
            _ = try await harness.provider.status(of: AmadeusHarness.heldOrder(), context: harness.context)
        }
        #expect(error?.outcome == .notApplied)
    }

    @Test(arguments: [
        (
            TransportError(.couldNotConnect, maybeSent: false), ProviderError.Code.unavailable,
            ProviderError.Outcome.notApplied
        ),
        (TransportError(.connectionLost, maybeSent: true), .connectionLost, .unknown),
        (TransportError(.timedOut, maybeSent: true), .timedOut, .unknown),
        (TransportError(.tooLate, maybeSent: false), .timedOut, .notApplied),
    ]) func aLostReplyLeavesTheOutcomeUnknown(
        lost: TransportError, code: ProviderError.Code, outcome: ProviderError.Outcome
    ) async throws {
        let harness = AmadeusHarness(.fail(lost))
        let error = await #expect(throws: ProviderError.self) {
            _ = try await harness.provider.confirm(AmadeusHarness.heldOrder(), context: harness.context)
        }
        #expect(error?.code == code)
        #expect(error?.outcome == outcome)
    }

    @Test func aPriceDiscrepancySaysTheNewTotal() async throws {
        let offer = try await AmadeusHarness.offer(AmadeusFixture.offer())
        let detail = "Current grandTotal price (331.2) is different from request one (320.00)"
        let harness = AmadeusHarness(
            .answer(400, body: AmadeusFixture.error("37200", title: "PRICE DISCREPANCY", detail: detail)))
        let error = await #expect(throws: ProviderError.self) {
            _ = try await harness.provider.hold(AmadeusHarness.request(offer), context: harness.context)
        }
        #expect(error?.newTotal?.description == "331.20 GBP")
        #expect(error?.detail == "37200 PRICE DISCREPANCY")
    }

    @Test func theDetailNamesNoPassenger() async throws {
        let body = AmadeusFixture.error("477", title: "INVALID FORMAT", detail: "LOVELACE/ADA has no passport")
        let harness = AmadeusHarness(.answer(400, body: body))
        let error = await #expect(throws: ProviderError.self) {
            _ = try await harness.provider.status(of: AmadeusHarness.heldOrder(), context: harness.context)
        }
        #expect(error?.detail == "477 INVALID FORMAT")
    }

    @Test(arguments: [
        ("2", Duration.seconds(2) as Duration?), ("Sat, 21 Nov 2026 10:00:00 GMT", nil), ("-1", nil), ("", nil),
    ])
    func retryAfterIsPassedOn(header: String, wait: Duration?) async throws {
        let harness = AmadeusHarness(.answer(429, headers: [HTTPHeader("Retry-After", header)]))
        let error = await #expect(throws: ProviderError.self) {
            _ = try await harness.provider.search(AmadeusFixture.query(), context: harness.context)
        }
        #expect(error?.code == .rateLimited)
        #expect(error?.retryAfter == wait)
    }
}
