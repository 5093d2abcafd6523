import FareDomain
import FarePorts
import FareTestSupport
import Resilience
import Testing

@testable import DuffelProvider

struct FailureTests {
    private func holdError(_ reply: FakeTransport.Reply) async throws -> ProviderError? {
        let bench = Bench(reply)
        let request = OrderRequest(
            offer: try await Bench.offer(), passengers: [Bench.ada], reference: "bkg_1/1", holdFor: .seconds(600))
        return await Bench.error { () throws(ProviderError) in
            try await bench.provider.hold(request, context: bench.context)
        }
    }

    private static func refusal(_ status: Int, _ type: String, _ code: String) -> FakeTransport.Reply {
        .answer(status, body: Fixture.problem(type, code))
    }

    @Test(
        arguments: [
            (refusal(422, "invalid_state_error", "offer_no_longer_available"), ProviderError.Code.soldOut),
            (refusal(422, "invalid_state_error", "offer_expired"), .offerExpired),
            (refusal(422, "validation_error", "linked_record_not_found"), .offerExpired),
            (refusal(422, "invalid_state_error", "price_changed"), .fareChanged),
            (refusal(422, "validation_error", "payment_amount_does_not_match_order_amount"), .fareChanged),
            (refusal(422, "invalid_state_error", "past_payment_required_by_date"), .holdExpired),
            (refusal(422, "invalid_state_error", "already_cancelled"), .holdExpired),
            (refusal(422, "airline_error", "airline_unknown"), .rejected),
            (refusal(400, "invalid_state_error", "invalid_order_create_type"), .rejected),
            (refusal(401, "authentication_error", "expired_access_token"), .unauthorized),
            (refusal(404, "invalid_request_error", "not_found"), .offerExpired),
            (refusal(502, "api_error", "order_not_created"), .orderNotCreated),
            (refusal(429, "rate_limit_error", "rate_limit_exceeded"), .rateLimited),
            (.answer(422, body: Fixture.html), .rejected), (.answer(400), .rejected),
            (.fail(TransportError(.couldNotConnect, maybeSent: false)), .unavailable),
        ])
    func theseCertainlyCreatedNothing(_ reply: FakeTransport.Reply, _ code: ProviderError.Code) async throws {
        let error = try #require(try await holdError(reply))
        #expect(error.code == code)
        #expect(error.outcome == .notApplied)
    }

    @Test(
        arguments: [
            (refusal(500, "api_error", "internal_server_error"), ProviderError.Code.serverError),
            (refusal(422, "api_error", "internal_server_error"), .serverError),
            (.answer(502, body: Fixture.html), .serverError), (.answer(503), .serverError), (.answer(408), .timedOut),
            (.answer(202, body: #"{"data":{}}"#), .unreadable), (.answer(201, body: "{"), .unreadable),
            (.answer(201, body: ""), .unreadable), (.answer(201, body: Fixture.html), .unreadable),
            (.answer(201, body: #"{"data":{"id":"ord_1"}}"#), .unreadable),
            (.fail(TransportError(.connectionLost, maybeSent: true)), .connectionLost),
            (.fail(TransportError(.bodyTooLarge, maybeSent: true)), .unreadable), (.hang, .timedOut),
        ])
    func theseMayHaveCreatedAnOrder(_ reply: FakeTransport.Reply, _ code: ProviderError.Code) async throws {
        if case .hang = reply {
            try await hangs()
            return
        }
        let error = try #require(try await holdError(reply))
        #expect(error.code == code)
        #expect(error.outcome == .unknown)
    }

    private func hangs() async throws {
        let bench = Bench(.hang)
        let request = OrderRequest(
            offer: try await Bench.offer(), passengers: [Bench.ada], reference: "bkg_1/1", holdFor: .seconds(600))
        async let error = Bench.error { () throws(ProviderError) in
            try await bench.provider.hold(request, context: bench.context)
        }
        await bench.clock.sleepers(atLeast: 1)
        bench.clock.advance(by: .seconds(8))
        #expect(await error?.code == .timedOut)
        #expect(await error?.outcome == .unknown)
    }

    @Test(
        arguments: [
            ([HTTPHeader("ratelimit-reset", "Mon, 01 Jun 2026 12:00:07 GMT")], Duration.seconds(7)),
            ([HTTPHeader("ratelimit-reset", "Mon, 01 Jun 2026 11:00:00 GMT")], .zero),
            ([HTTPHeader("Retry-After", "3"), HTTPHeader("ratelimit-reset", "whenever")], .seconds(3)),
            ([HTTPHeader("ratelimit-reset", "whenever")], nil), ([], nil),
        ])
    func aRateLimitSaysHowLong(_ headers: [HTTPHeader], _ pause: Duration?) async throws {
        let body = Fixture.problem("rate_limit_error", "rate_limit_exceeded")
        let error = try #require(try await holdError(.answer(429, headers: headers, body: body)))
        #expect(error.retryAfter == pause)
    }

    @Test
    func detailsNameNobody() async throws {
        let body = Fixture.problem("airline_error", "airline_unknown", source: #""iberia""#)
        let error = try #require(try await holdError(.answer(422, body: body)))
        #expect(error.detail == "HTTP 422: airline_error airline_unknown Not now")
        let other = Fixture.problem("invalid_state_error", #"tr\nicky\u00e9"#)
        #expect(
            try await holdError(.answer(422, body: other))?.detail == "HTTP 422: invalid_state_error tr?icky? Not now")
    }

    @Test
    func anOrderThatIsNotThereIsNotFound() async throws {
        let bench = Bench(FailureTests.refusal(404, "invalid_request_error", "not_found"))
        let order = try Bench.heldOrder()
        let error = await Bench.error { () throws(ProviderError) in
            try await bench.provider.status(of: order, context: bench.context)
        }
        #expect(error?.code == .orderNotFound)
    }
}
