import FareDomain
import FarePorts
import FareTestSupport
import Testing

@testable import StripePayments

struct FindTests {
    private let list = "GET /v1/payment_intents?limit=100&expand%5B%5D=data.latest_charge"
    private let nothing = FakeTransport.Reply.answer(200, body: Fixture.page([]))

    private func find(_ bench: Bench, _ reference: String = "bkg_1/1") async throws(PaymentError) -> [Payment] {
        try await bench.gateway.find(reference: reference, context: bench.context)
    }

    /// A page of somebody else's payments, a second apart.
    private func others(_ page: Int, spacing: Int64 = 1) -> FakeTransport.Reply {
        let intents = (0..<100).map { index in
            let place = Int64(page * 100 + index)
            return Fixture.intent(
                "succeeded", currency: "xyz", reference: "other", id: "pi_\(place)",
                created: 1_780_315_200 - place * spacing)
        }
        return .answer(200, body: Fixture.page(intents, more: true))
    }

    @Test
    func timesThatNoDifferenceFitsBetweenEndTheLook() async throws {
        let intents = [Int64.max, Int64.min].map { Fixture.intent("succeeded", reference: "other", created: $0) }
        let bench = Bench(.answer(200, body: Fixture.page(intents, more: true)), nothing)
        #expect(try await find(bench).isEmpty)
        #expect(bench.requests.count == 2)
    }

    @Test
    func theNewestAreLookedThroughAndThenTheIndexIsAsked() async throws {
        let listed = Fixture.intent("requires_capture", id: "pi_2")
        let indexed = [Fixture.intent("processing", id: "pi_2"), Fixture.intent("canceled", id: "pi_1")]
        let bench = Bench(
            .answer(200, body: Fixture.page([Fixture.intent("succeeded", reference: "other", id: "pi_3"), listed])),
            .answer(200, body: Fixture.page(indexed)))
        let found = try await find(bench)
        #expect(found.map(\.id) == ["pi_2", "pi_1"])
        #expect(found.map(\.state) == [.authorized, .voided], "the list is the fresher of the two")
        #expect(
            bench.requests == [
                list,
                "GET /v1/payment_intents/search?query=metadata%5B%27faremux_reference%27%5D%3A%27bkg_1%2F1%27"
                    + "&limit=100&expand%5B%5D=data.latest_charge",
            ])
        #expect(bench.transport.requests.allSatisfy { $0.effect == .read && $0.operation == .status })
    }

    @Test
    func pagesFollowEachOtherUpToABound() async throws {
        let bench = Bench(others(0), others(1), others(2), others(3), others(4), nothing)
        #expect(try await find(bench).isEmpty)
        #expect(bench.requests[1] == list + "&starting_after=pi_99")
        #expect(bench.requests.count == 6)
        #expect(bench.requests.last?.contains("/search?") == true)
    }

    @Test
    func pagesEndWhereSearchMustHaveEverything() async throws {
        let bench = Bench(others(0, spacing: 30), others(1, spacing: 30), nothing)
        #expect(try await find(bench).isEmpty)
        #expect(bench.requests.count == 3)
    }

    @Test
    func aQuoteInAReferenceStaysInIt() async throws {
        let bench = Bench(nothing, nothing)
        _ = try await find(bench, #"a'b\c"#)
        #expect(bench.requests[1].contains("%3A%27a%5C%27b%5C%5Cc%27&"))
    }

    @Test
    func whatSearchTakesForTheSameIsNot() async throws {
        let bench = Bench(nothing, .answer(200, body: Fixture.page([Fixture.intent("canceled", reference: "BKG_1/1")])))
        #expect(try await find(bench).isEmpty)
    }

    @Test
    func aFailureIsNotTakenForNothing() async {
        for bench in [Bench(.answer(503)), Bench(nothing, .answer(503)), Bench(.answer(200, body: "{}"))] {
            await #expect(throws: PaymentError.self) { try await find(bench) }
        }
    }
}
