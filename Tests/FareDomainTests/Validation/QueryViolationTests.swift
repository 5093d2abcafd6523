import FareDomain
import Testing

@Suite struct QueryViolationTests {
    static let today = LocalDate("2026-11-21")!

    @Test func aValidQueryHasNone() {
        #expect(query().violations(today: Self.today) == [])
        #expect(query([slice(), slice("JFK", "LHR")]).violations(today: Self.today) == [])
    }

    @Test func everyViolationIsTold() {
        var bad = query([slice("ZZZ", "QQQ", "2026-11-20"), slice("LHR", "LHR", "2026-11-19")])
        bad.passengers = [SearchedPassenger(type: .infant, age: 2)]
        #expect(
            pointers(bad) == [
                "/slices/0/origin", "/slices/0/destination", "/slices/0/departure_date", "/slices/1/destination",
                "/slices/1/departure_date", "/slices/1/departure_date", "/passengers", "/passengers",
                "/passengers/0/age",
            ])
    }

    @Test(arguments: [("LHR", "LGW"), ("LON", "LHR"), ("LHR", "LON"), ("JFK", "NYC")] as [(String, String)])
    func nobodyFliesWithinOneCity(origin: String, destination: String) {
        #expect(pointers(query([slice(origin, destination)])) == ["/slices/0/destination"])
    }

    @Test(
        arguments: [
            ("2026-11-20", false), ("2026-11-21", true), ("2027-11-17", true), ("2027-11-18", false),
        ] as [(String, Bool)])
    func datesRunFromTodayTo361DaysAhead(date: String, isValid: Bool) {
        #expect(query([slice("LHR", "JFK", date)]).violations(today: Self.today).isEmpty == isValid)
    }

    @Test func todayIsTheOriginsDayOrUTCs() {
        // 02:00 UTC on the 21st: still the 20th in Honolulu.
        let night = Timestamp(secondsSinceEpoch: Int64(Self.today.daysSinceEpoch) * 86_400 + 2 * 3600)
        #expect(query([slice("HNL", "LAX", "2026-11-20")]).violations(now: night) == [])
        #expect(query([slice("LHR", "JFK", "2026-11-20")]).violations(now: night).count == 1)
        #expect(query([slice("HNL", "LAX", "2027-11-17")]).violations(now: night) == [])
        #expect(query([slice("HNL", "LAX", "2027-11-18")]).violations(now: night).count == 1)
        // 20:00 UTC on the 21st: already the 22nd in Auckland.
        let evening = night.advanced(by: .seconds(18 * 3600))
        #expect(query([slice("AKL", "SYD", "2026-11-21")]).violations(now: evening) == [])
        #expect(query([slice("AKL", "SYD", "2027-11-18")]).violations(now: evening) == [])
    }

    @Test func slicesAreOneToSixInOrder() {
        #expect(pointers(query([])) == ["/slices"])
        #expect(pointers(query(Array(repeating: slice(), count: 6))) == [])
        #expect(pointers(query(Array(repeating: slice(), count: 7))) == ["/slices"])
        let backwards = query([slice("LHR", "JFK", "2026-12-20"), slice("JFK", "LHR", "2026-12-19")])
        #expect(pointers(backwards) == ["/slices/1/departure_date"])
    }

    @Test(
        arguments: [
            (1, 0, 0, true), (9, 0, 9, true), (10, 0, 0, false), (5, 5, 0, false), (0, 1, 0, true), (0, 1, 1, false),
            (1, 0, 2, false), (0, 0, 0, false), (4, 5, 4, true),
        ] as [(Int, Int, Int, Bool)])
    func aPartyIsOneToNineSeatsAndAnAdultPerInfant(adults: Int, children: Int, infants: Int, isValid: Bool) {
        var party = query()
        party.passengers =
            Array(repeating: SearchedPassenger(type: .adult), count: adults)
            + Array(repeating: SearchedPassenger(type: .child), count: children)
            + Array(repeating: SearchedPassenger(type: .infant), count: infants)
        #expect(party.violations(today: Self.today).isEmpty == isValid)
    }

    @Test(
        arguments: [
            (.adult, 12, true), (.adult, 11, false), (.child, 11, true), (.child, 12, false), (.child, 2, true),
            (.child, 1, false), (.infant, 1, true), (.infant, 2, false), (.adult, -1, false),
        ] as [(PassengerType, Int, Bool)])
    func aStatedAgeFitsTheType(type: PassengerType, age: Int, isValid: Bool) {
        var party = query()
        party.passengers = [SearchedPassenger(type: .adult), SearchedPassenger(type: type, age: age)]
        #expect(pointers(party) == (isValid ? [] : ["/passengers/1/age"]))
    }

    private func slice(_ origin: String = "LHR", _ destination: String = "JFK", _ date: String = "2026-12-10")
        -> QuerySlice
    {
        QuerySlice(
            origin: LocationCode(origin)!, destination: LocationCode(destination)!, departureDate: LocalDate(date)!)
    }

    private func query(_ slices: [QuerySlice]? = nil) -> SearchQuery {
        SearchQuery(
            slices: slices ?? [slice()], passengers: [SearchedPassenger(type: .adult)], cabin: .economy,
            currency: Currency("GBP")!)
    }

    private func pointers(_ query: SearchQuery) -> [String] { query.violations(today: Self.today).map(\.pointer) }
}
