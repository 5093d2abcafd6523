import FareDomain
import FarePorts
import FareTestSupport
import Testing
import WireFormats

@testable import NDCProvider

struct ListTests {
    private let row = ("ORD1", "2026-06-01T12:00:05Z")

    private func listed(_ bench: Bench) async throws -> Result<[ProviderOrder], ProviderError> {
        let start = try ISO8601.timestamp("2026-06-01T12:00:00Z")
        let end = try ISO8601.timestamp("2026-06-01T12:01:00Z")
        do throws(ProviderError) {
            return .success(
                try await bench.provider.orders(createdAfter: start, createdBefore: end, context: bench.context))
        } catch {
            return .failure(error)
        }
    }

    @Test
    func eachOrderOfTheSpanIsRead() async throws {
        let old = ("OLD", "2026-06-01T11:59:59Z")
        let young = ("YOUNG", "2026-06-01T12:01:02Z")
        let bench = Bench(.answer(200, body: Fixture.list([young, row, old])), .answer(200, body: Fixture.order()))
        let orders = try await listed(bench).get()
        #expect(orders.map(\.id) == ["ORD1"])
        #expect(orders.map(\.state) == [.held] && orders.map(\.reference) == [nil])
        #expect(orders[0].total.description == "321.50 GBP" && orders[0].locator == "RZ7PNX")
        #expect(bench.messages == ["OrderListRQ", "OrderRetrieveRQ"])
        #expect(bench.transport.requests.allSatisfy { $0.effect == .read && $0.operation == .status })
        #expect(
            bench.bodies[0].contains(
                """
                <Request><OrderFilterCriteria><CreationDateRange><StartDate>2026-06-01</StartDate></CreationDateRange>\
                </OrderFilterCriteria></Request>
                """))
    }

    /// A list may have nothing but ids.
    @Test(arguments: [("2026-06-01T12:00:05Z", true), ("2026-06-01T11:00:00Z", false)])
    func anOrderThatIsListedWithoutItsTimeTellsItItself(_ created: String, _ isListed: Bool) async throws {
        let row = "<Order><OrderID>ORD1</OrderID></Order>"
        let bench = Bench(
            .answer(200, body: Fixture.message("IATA_OrderListRS", "<Response>\(row)</Response>")),
            .answer(200, body: Fixture.order(created: created)))
        #expect(try await listed(bench).get().isEmpty != isListed)
    }

    @Test
    func anOrderThatDoesNotTellItsTimeIsNotLeftOut() async throws {
        let row = "<Order><OrderID>ORD1</OrderID></Order>"
        let bench = Bench(
            .answer(200, body: Fixture.message("IATA_OrderListRS", "<Response>\(row)</Response>")),
            .answer(200, body: Fixture.order(created: nil)))
        let result = try await listed(bench)
        let error = #expect(throws: ProviderError.self) { try result.get() }
        #expect(error?.code == .unreadable)
    }

    @Test
    func anOrderThatCannotBeRetrievedAnyMoreHasEnded() async throws {
        let bench = Bench(
            .answer(200, body: Fixture.list([row, ("ORD2", "2026-06-01T12:00:06Z")])),
            .answer(200, body: Fixture.error("913")), .answer(200, body: Fixture.order("ORD2")))
        #expect(try await listed(bench).get().map(\.id) == ["ORD2"])
        let broken = Bench(.answer(200, body: Fixture.list([row])), .answer(503, body: Fixture.html))
        let result = try await listed(broken)
        let error = #expect(throws: ProviderError.self) { try result.get() }
        #expect(error?.code == .serverError)
    }

    @Test
    func moreThanCanBeReadIsTooManyAndNoneIsNone() async throws {
        let rows = (0...100).map { ("ORD\($0)", "2026-06-01T12:00:05Z") }
        let crowded = Bench(.answer(200, body: Fixture.list(rows)))
        guard case .failure(let error) = try await listed(crowded) else {
            Issue.record("101 orders were listed")
            return
        }
        #expect(error.code == .tooMany && crowded.transport.requests.count == 1)
        for body in [Fixture.list([]), Fixture.error("913")] {
            #expect(try await listed(Bench(.answer(200, body: body))).get().isEmpty)
        }
    }
}
