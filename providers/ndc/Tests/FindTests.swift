import FareDomain
import FarePorts
import FareTestSupport
import Testing
import WireFormats

@testable import NDCProvider

struct FindTests {
    /// What a look-up finds where the list has one order, which reads as `order`.
    private func find(_ order: String, since: Int64 = 1_780_315_200) async throws -> [ProviderOrder] {
        let bench = Bench(
            .answer(200, body: Fixture.list([("ORD1", "2026-06-01T12:00:05Z")])), .answer(200, body: order))
        let search = try await Bench.search(createdAfter: since)
        return try await bench.provider.find(search, context: bench.context)
    }

    @Test
    func anOrderOfThesePassengersOnTheseFlightsIsFound() async throws {
        let bench = Bench(
            .answer(200, body: Fixture.list([("ORD1", "2026-06-01T12:00:05Z"), ("OLD", "2026-06-01T11:00:00Z")])),
            .answer(200, body: Fixture.order()))
        let found = try await bench.provider.find(try await Bench.search(), context: bench.context)
        #expect(found.map(\.id) == ["ORD1"])
        #expect(bench.messages == ["OrderListRQ", "OrderRetrieveRQ"], "orders that are too old are not read")
        #expect(
            bench.bodies[0].contains(
                """
                <Request><OrderFilterCriteria><CreationDateRange><StartDate>2026-06-01</StartDate></CreationDateRange>\
                <Pax><Individual><Surname>Lovelace</Surname></Individual></Pax></OrderFilterCriteria></Request>
                """))
    }

    @Test
    func anOrderThatIsListedAndForgottenSaysNothingOfTheOthers() async throws {
        let bench = Bench(
            .answer(200, body: Fixture.list([("GONE", "2026-06-01T12:00:05Z"), ("ORD1", "2026-06-01T12:00:05Z")])),
            .answer(200, body: Fixture.error("129")), .answer(200, body: Fixture.order()))
        let found = try await bench.provider.find(try await Bench.search(), context: bench.context)
        #expect(found.map(\.id) == ["ORD1"])
        #expect(bench.messages == ["OrderListRQ", "OrderRetrieveRQ", "OrderRetrieveRQ"])
    }

    /// As when a clock was set back in between.
    @Test
    func aSpanThatEndsBeforeItBeginsHasNothing() async throws {
        let bench = Bench(
            .answer(200, body: Fixture.list([("ORD1", "2026-06-01T12:00:05Z")])),
            .answer(200, body: Fixture.order()))
        var search = try await Bench.search()
        search.createdBefore = search.createdAfter.advanced(by: .seconds(-60))
        #expect(try await bench.provider.find(search, context: bench.context).isEmpty)
    }

    @Test(arguments: [
        Fixture.order(given: "EVE"), Fixture.order(family: "LOVELACEY"),
        Fixture.order(segments: [Fixture.segment(number: "118")]),
        Fixture.order(segments: [Fixture.segment(departing: "2026-12-10T09:30:00")]),
        Fixture.order(segments: []), Fixture.order(created: "2026-06-01T11:59:59Z"),
        Fixture.order().replacing("</PaxList>", with: "\(Fixture.adult)</PaxList>"),
    ])
    func anOrderThatDiffersIsNotOurs(_ order: String) async throws {
        #expect(try await find(order).isEmpty)
    }

    @Test
    func creationTimesAreComparedByTheSecond() async throws {
        // 12:00:05Z, as we asked at 12:00:05.9: many airlines tell no fractions.
        let bench = Bench(
            .answer(200, body: Fixture.list([("ORD1", "2026-06-01T12:00:05Z")])),
            .answer(200, body: Fixture.order()))
        var search = try await Bench.search()
        search.createdAfter = Timestamp(millisecondsSinceEpoch: 1_780_315_205_900)
        #expect(try await bench.provider.find(search, context: bench.context).count == 1)
    }

    @Test
    func anOrderThatMayBeOursButDoesNotSaySinceWhenIsNoAnswer() async throws {
        let search = try await Bench.search()
        let row = "<Order><OrderID>ORD1</OrderID></Order>"
        let bench = Bench(
            .answer(200, body: Fixture.message("IATA_OrderListRS", "<Response>\(row)</Response>")),
            .answer(200, body: Fixture.order(created: nil)))
        let error = await Bench.error { () throws(ProviderError) in
            try await bench.provider.find(search, context: bench.context)
        }
        #expect(error?.code == .unreadable)
    }

    @Test
    func anOrderMadeAfterOurCallEndedIsNotLookedAt() async throws {
        var search = try await Bench.search()
        search.createdBefore = try ISO8601.timestamp("2026-06-01T12:00:30Z")
        let bench = Bench(.answer(200, body: Fixture.list([("ORD1", "2026-06-01T12:00:45Z")])))
        #expect(try await bench.provider.find(search, context: bench.context).isEmpty)
        #expect(bench.transport.requests.count == 1)
    }

    @Test
    func tooManyOrdersAreNoAnswerAndNoneIs() async throws {
        let search = try await Bench.search()
        let rows = (0...100).map { ("ORD\($0)", "2026-06-01T12:00:05Z") }
        let crowded = Bench(.answer(200, body: Fixture.list(rows)))
        let error = await Bench.error { () throws(ProviderError) in
            try await crowded.provider.find(search, context: crowded.context)
        }
        #expect(error?.code == .unreadable && crowded.transport.requests.count == 1)
        for body in [Fixture.list([]), Fixture.error("913")] {
            let bench = Bench(.answer(200, body: body))
            #expect(try await bench.provider.find(search, context: bench.context).isEmpty)
        }
    }

    @Test(arguments: [
        ("ADA", "LOVELACE", true), ("ADA MS", "LOVELACE", true), ("ADAMS", "LOVELACE", true),
        ("ADAM", "LOVELACE", false), ("Ada", "Love-Lace", true), ("A", "LOVELACE", false),
    ])
    func namesMatchAsReservationSystemsSpellThem(_ given: String, _ family: String, _ fits: Bool) async throws {
        #expect(try await find(Fixture.order(given: given, family: family)).isEmpty != fits)
    }

    @Test
    func marksAndTheirTranscriptionsAreTheSameName() {
        #expect(NameKey.key("Müller") == NameKey.key("MUELLER") && NameKey.key("MULLER") == NameKey.key("Müller"))
        #expect(NameKey.key("O’Brien-Søndergård") == NameKey.key("OBRIEN SONDERGARD"))
        #expect(NameKey.key("Łukasz") == "LUKASZ" && NameKey.key("Strauß") == NameKey.key("STRAUSS"))
    }
}
