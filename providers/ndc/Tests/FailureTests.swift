import FareDomain
import FarePorts
import FareTestSupport
import Testing

@testable import NDCProvider

struct FailureTests {
    private func hold(_ reply: FakeTransport.Reply) async throws -> ProviderError? {
        let bench = Bench(reply)
        let request = try await Bench.request()
        return await Bench.error { () throws(ProviderError) in
            try await bench.provider.hold(request, context: bench.context)
        }
    }

    @Test(arguments: [
        ("490", ProviderError.Code.soldOut, ProviderError.Outcome.notApplied), ("913", .offerExpired, .notApplied),
        ("PRICE_CHANGED", .fareChanged, .notApplied), ("offer_expired", .offerExpired, .notApplied),
        ("404122007", .rejected, .notApplied), ("INSTANT_PAYMENT_REQUIRED", .rejected, .notApplied),
        ("911", .serverError, .unknown), ("118", .serverError, .unknown), ("304", .serverError, .unknown),
    ])
    func anErrorUnderHTTP200MeansWhatItsCodeSays(
        _ code: String, _ meaning: ProviderError.Code, _ outcome: ProviderError.Outcome
    ) async throws {
        let error = try await hold(.answer(200, body: Fixture.error(code)))
        #expect(error?.code == meaning && error?.outcome == outcome)
        #expect(error?.detail.contains("Ada") == false, "descriptions may name passengers")
    }

    @Test(arguments: [
        (400, ProviderError.Code.rejected, ProviderError.Outcome.notApplied), (401, .unauthorized, .notApplied),
        (408, .timedOut, .unknown), (429, .rateLimited, .notApplied), (500, .serverError, .unknown),
        (502, .serverError, .unknown),
    ])
    func aStatusMeansTheSameWhateverIsInTheBody(
        _ status: Int, _ meaning: ProviderError.Code, _ outcome: ProviderError.Outcome
    ) async throws {
        for body in [Fixture.html, "", Fixture.error("PRICE")] {
            let error = try await hold(.answer(status, body: body))
            #expect(error?.code == meaning && error?.outcome == outcome)
        }
    }

    @Test(arguments: [
        "", Fixture.html, "<a/>", Fixture.message("IATA_OrderViewRS", "<Response/>"),
        Fixture.message("IATA_OrderViewRS", "<Response><Order/></Response>"),
        String(Fixture.order().prefix(900)), #"<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>"#,
    ])
    func anUnreadableAnswerLeavesTheOutcomeUnknown(_ body: String) async throws {
        let error = try await hold(.answer(200, body: body))
        #expect(error?.code == .unreadable && error?.outcome == .unknown)
    }

    @Test
    func warningsBesideAnOrderAreNoFailure() async throws {
        let warned = Fixture.order().replacing(
            "</Response>", with: "<Warning><Code>911</Code><DescText>Slow</DescText></Warning></Response>")
        #expect(try await hold(.answer(200, body: warned)) == nil)
    }

    @Test
    func aLostReplyIsUnknownAndARefusedConnectionIsNot() async throws {
        let lost = try await hold(.fail(TransportError(.connectionLost, maybeSent: true)))
        #expect(lost?.code == .connectionLost && lost?.outcome == .unknown)
        let refused = try await hold(.fail(TransportError(.couldNotConnect, maybeSent: false)))
        #expect(refused?.code == .unavailable && refused?.outcome == .notApplied)
    }

    @Test(arguments: ["7", "Mon, 01 Jun 2026 12:00:07 GMT"])
    func aRateLimitTellsWhenItEnds(_ header: String) async throws {
        let error = try await hold(.answer(429, headers: [HTTPHeader("Retry-After", header)]))
        #expect(error?.retryAfter == .seconds(7))
    }
}
