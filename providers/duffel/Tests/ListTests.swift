import FareDomain
import FarePorts
import FareTestSupport
import Resilience
import Testing

@testable import DuffelProvider

struct ListTests {
    /// 2026-06-01T11:59:00Z to 12:00:00Z.
    private let start = Timestamp(secondsSinceEpoch: 1_780_315_200 - 60)
    private let end = Timestamp(secondsSinceEpoch: 1_780_315_200)

    private func listed(_ bench: Bench) async throws(ProviderError) -> [ProviderOrder] {
        try await bench.provider.orders(createdAfter: start, createdBefore: end, context: bench.context)
    }

    @Test
    func asksForTheSpanAndALittleMore() async throws {
        let bench = Bench(.answer(200, body: Fixture.page([Fixture.order()])))
        #expect(try await listed(bench).map(\.id) == ["ord_1"])
        #expect(
            bench.requests == [
                "GET /air/orders?limit=200&created_at%5Bafter%5D=2026-06-01T11%3A58%3A59Z"
                    + "&created_at%5Bbefore%5D=2026-06-01T12%3A00%3A01Z"
            ])
        let request = try #require(bench.transport.requests.first)
        #expect(request.effect == .read && request.operation == .status && request.lane == .aftercare)
    }

    @Test
    func ordersOfEveryStateAreListedWithWhatTheyAre() async throws {
        let bench = Bench(
            .answer(
                200,
                body: Fixture.page([
                    Fixture.order(id: "held", metadata: #"{"faremux_reference":"bkg_1/1"}"#),
                    Fixture.order(id: "paid", awaiting: false, paidAt: #""2026-06-01T11:59:30Z""#),
                    Fixture.order(id: "gone", cancelledAt: #""2026-06-01T11:59:40Z""#),
                ])))
        let orders = try await listed(bench)
        #expect(orders.map(\.state) == [.held, .ticketed, .cancelled])
        #expect(orders.map(\.reference) == ["bkg_1/1", nil, nil])
        #expect(orders.allSatisfy { $0.total.description == "321.50 GBP" && $0.createdAt != nil })
    }

    /// Were the filter not heeded, the list would only be longer.
    @Test(arguments: [
        ("2026-06-01T11:58:59.999999Z", false), ("2026-06-01T11:59:00Z", true), ("2026-06-01T12:00:00.000999Z", true),
        ("2026-06-01T12:00:00.001Z", false),
    ])
    func whatIsOutsideTheSpanIsLeftOut(_ created: String, _ isListed: Bool) async throws {
        let bench = Bench(.answer(200, body: Fixture.page([Fixture.order(createdAt: created)])))
        #expect(try await listed(bench).isEmpty != isListed)
    }

    @Test
    func looksThroughEveryPage() async throws {
        let bench = Bench(
            .answer(200, body: Fixture.page([Fixture.order(id: "ord_2")], after: "a/b")),
            .answer(200, body: Fixture.page([Fixture.order()])))
        #expect(try await listed(bench).map(\.id) == ["ord_2", "ord_1"])
        #expect(bench.requests[1].hasSuffix("&after=a%2Fb"))
    }

    @Test
    func aListThatDoesNotEndIsTooMany() async throws {
        let clock = ManualClock()
        let transport = FakeTransport(clock: clock) { _, index in
            .answer(200, body: Fixture.page([Fixture.order(id: "ord_\(index)")], after: "page\(index)"))
        }
        let provider = DuffelProvider(
            id: ProviderID("duffel"), baseURL: "http://duffel.test", token: "t", transport: transport, clock: clock)
        let error = await Bench.error { () throws(ProviderError) in
            try await provider.orders(
                createdAfter: start, createdBefore: end,
                context: CallContext(deadline: clock.now.advanced(by: .seconds(8)), requestID: "r"))
        }
        #expect(error?.code == .tooMany)
        #expect(transport.requests.count == 10)
    }

    @Test(arguments: [
        #"{"id":"ord_1"}"#, #"{"id":"ord_1","created_at":"2026-06-01T11:59:30Z"}"#,
    ])
    func anOrderThatCannotBeReadIsNotLeftOut(_ order: String) async throws {
        let bench = Bench(.answer(200, body: Fixture.page([order])))
        let error = await Bench.error { () throws(ProviderError) in try await listed(bench) }
        #expect(error?.code == .unreadable)
    }

    @Test
    func aSpanThatEndsBeforeItBeginsIsEmpty() async throws {
        let bench = Bench()
        let orders = try await bench.provider.orders(
            createdAfter: end, createdBefore: start, context: bench.context)
        #expect(orders.isEmpty && bench.requests.isEmpty)
    }
}
