import FareDomain
import FarePorts
import FareTestSupport
import Resilience
import Testing

@testable import DuffelProvider

struct FindTests {
    private func search() async throws -> OrderSearch {
        OrderSearch(
            reference: "bkg_1/1", passengers: [Bench.ada], itinerary: try await Bench.offer().itinerary,
            createdAfter: Timestamp(secondsSinceEpoch: 1_780_315_200 - 60))
    }

    private func found(_ bench: Bench) async throws -> [String] {
        try await bench.provider.find(try await search(), context: bench.context).map(\.id)
    }

    @Test
    func ourReferenceIsProof() async throws {
        let orders = [
            Fixture.order(id: "ord_like"),
            Fixture.order(
                id: "ord_ours", metadata: #"{"faremux_reference":"bkg_1/1"}"#, createdAt: "2020-01-01T00:00:00Z",
                family: "Other", number: "9"),
            Fixture.order(id: "ord_theirs", metadata: #"{"faremux_reference":"bkg_2/1"}"#),
        ]
        let bench = Bench(.answer(200, body: Fixture.page(orders)))
        #expect(try await found(bench) == ["ord_ours"])
        #expect(bench.requests == ["GET /air/orders?limit=200&passenger_name%5B%5D=Lovelace"])
        #expect(bench.transport.requests.first?.operation == .status)
    }

    @Test(
        arguments: [
            (Fixture.order(metadata: #"{"note":"by hand"}"#), true), (Fixture.order(), true),
            (Fixture.order(family: "Byron"), false), (Fixture.order(number: "118"), false),
            (Fixture.order(createdAt: "2026-06-01T11:58:59Z"), false),
            (Fixture.order(metadata: #"{"faremux_reference":"bkg_2/1"}"#), false),
        ])
    func withoutAReferenceAllMustFit(_ order: String, _ fits: Bool) async throws {
        let bench = Bench(.answer(200, body: Fixture.page([order])))
        #expect(try await found(bench) == (fits ? ["ord_1"] : []))
    }

    @Test
    func looksThroughEveryPage() async throws {
        let ours = Fixture.order(id: "ord_2", metadata: #"{"faremux_reference":"bkg_1/1"}"#)
        let bench = Bench(
            .answer(200, body: Fixture.page([Fixture.order(family: "Byron")], after: "a/b")),
            .answer(200, body: Fixture.page([ours])))
        #expect(try await found(bench) == ["ord_2"])
        #expect(bench.requests[1] == "GET /air/orders?limit=200&passenger_name%5B%5D=Lovelace&after=a%2Fb")
    }

    @Test
    func looksNoFurtherThanOurReference() async throws {
        let ours = Fixture.order(id: "ord_2", metadata: #"{"faremux_reference":"bkg_1/1"}"#)
        let bench = Bench(.answer(200, body: Fixture.page([Fixture.order(), ours], after: "next")))
        #expect(try await found(bench) == ["ord_2"])
        #expect(bench.requests.count == 1)
    }

    /// Ten pages of others, or any number.
    private func crowded(
        then page: @escaping @Sendable (_ index: Int) -> String
    ) async throws -> (transport: FakeTransport, find: Result<[ProviderOrder], ProviderError>) {
        let clock = ManualClock()
        let transport = FakeTransport(clock: clock) { _, index in
            .answer(200, body: index < 10 ? Fixture.page([Fixture.order()], after: "page\(index)") : page(index))
        }
        let provider = DuffelProvider(
            id: ProviderID("duffel"), baseURL: "http://duffel.test", token: "t", transport: transport, clock: clock)
        let search = try await search()
        let context = CallContext(deadline: clock.now.advanced(by: .seconds(8)), requestID: "r")
        do throws(ProviderError) {
            return (transport, .success(try await provider.find(search, context: context)))
        } catch {
            return (transport, .failure(error))
        }
    }

    /// With a day to spare, so that a clock that is off hides nothing.
    @Test
    func amongTooManyOfTheNameATimeNarrowsTheList() async throws {
        let ours = Fixture.order(id: "ord_2", metadata: #"{"faremux_reference":"bkg_1/1"}"#)
        let (transport, found) = try await crowded { _ in Fixture.page([ours]) }
        #expect(try found.get().map(\.id) == ["ord_2"])
        #expect(transport.requests.count == 11)
        #expect(!transport.requests[9].url.contains("created_at"))
        #expect(transport.requests[10].url.hasSuffix("&created_at%5Bafter%5D=2026-05-31T11%3A59%3A00Z"))
    }

    @Test
    func ordersOfTheTimeAloneAreAWholeList() async throws {
        #expect(try await crowded { _ in Fixture.page([]) }.find.get().isEmpty)
        #expect(try await crowded { _ in Fixture.page([Fixture.order()]) }.find.get().map(\.id) == ["ord_1"])
    }

    @Test
    func tooManyPagesAreNotANotFound() async throws {
        let (transport, found) = try await crowded { Fixture.page([], after: "page\($0)") }
        #expect(throws: ProviderError.self) { try found.get() }
        if case .failure(let error) = found { #expect(error.code == .unreadable) }
        #expect(transport.requests.count == 20)
    }

    @Test(
        arguments: [
            #"{"id":"ord_1","metadata":{"faremux_reference":"bkg_1/1"}}"#, #"{"id":"ord_1","metadata":null}"#,
        ])
    func anOrderThatMayBeOursAndCannotBeReadIsNotANotFound(_ order: String) async throws {
        let bench = Bench(.answer(200, body: Fixture.page([order])))
        let search = try await search()
        let error = await Bench.error { () throws(ProviderError) in
            try await bench.provider.find(search, context: bench.context)
        }
        #expect(error?.code == .unreadable)
    }
}
