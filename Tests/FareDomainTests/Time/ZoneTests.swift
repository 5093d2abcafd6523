import FareDomain
import Testing

@Suite struct ZoneTests {
    struct Row {
        let zone: Zone
        let name: String
        let local: Int64
        let instant: Int64
        let offset: Int32
    }

    /// What Python's zoneinfo says, from the generated fixture.
    static let rows: [Row] = zoneFixture.split(separator: "\n").flatMap { line in
        let halves = line.split(separator: "|")
        return halves[1].split(separator: ",").map { row in
            let numbers = row.split(separator: " ").map { Int64($0)! }
            return Row(
                zone: Zone(named: halves[0])!, name: String(halves[0]), local: numbers[0], instant: numbers[1],
                offset: Int32(numbers[2]))
        }
    }

    @Test func resolvesLocalTimesAsZoneinfoDoes() {
        #expect(Self.rows.count > 1000)
        for row in Self.rows {
            let time = row.zone.resolve(LocalDateTime(localSecondsSinceEpoch: row.local))
            #expect(time.instant == Timestamp(secondsSinceEpoch: row.instant), "\(row)")
            #expect(time.offset == row.offset, "\(row)")
        }
    }

    @Test func readsInstantsAsZoneinfoDoes() {
        for row in Self.rows {
            let instant = Timestamp(secondsSinceEpoch: row.instant)
            let time = row.zone.time(at: instant)
            #expect(time.offset == row.offset && time.instant == instant, "\(row)")
            #expect(row.zone.offset(at: instant) == row.offset, "\(row)")
        }
    }

    @Test func aReadingThatComesTwiceIsTheFirst() {
        let time = Zone(named: "Europe/London")!.resolve(local("2026-10-25", 1, 30))
        #expect(time.description == "2026-10-25T01:30:00+01:00")
    }

    @Test func aSkippedReadingMovesOnByWhatWasSkipped() {
        let london = Zone(named: "Europe/London")!.resolve(local("2026-03-29", 1, 30))
        #expect(london.description == "2026-03-29T02:30:00+01:00")
        let lordHowe = Zone(named: "Australia/Lord_Howe")!.resolve(local("2026-10-04", 2, 15))
        #expect(lordHowe.description == "2026-10-04T02:45:00+11:00")
        // Samoa went over the date line: 30 December 2011 was not.
        let samoa = Zone(named: "Pacific/Apia")!.resolve(local("2011-12-30", 12, 0))
        #expect(samoa.description == "2011-12-31T12:00:00+14:00")
    }

    @Test(
        arguments: [
            ("Asia/Calcutta", "Asia/Kolkata"), ("US/Eastern", "America/New_York"), ("Asia/Saigon", "Asia/Ho_Chi_Minh"),
            ("Europe/Kiev", "Europe/Kyiv"), ("America/Buenos_Aires", "America/Argentina/Buenos_Aires"),
            ("GB", "Europe/London"),
        ] as [(String, String)])
    func oldNamesMeanTheSameClock(old: String, new: String) throws {
        let (old, new) = (try #require(Zone(named: old)), try #require(Zone(named: new)))
        for day in stride(from: Int64(7305), to: 29_000, by: 31) {
            let noon = LocalDateTime(localSecondsSinceEpoch: day * 86_400 + 43_200)
            #expect(old.resolve(noon) == new.resolve(noon))
        }
    }

    @Test(arguments: ["", "Europe", "europe/london", "Mars/Base", "Europe/London ", "+01:00"])
    func unknownNamesAreNoZones(name: String) {
        #expect(Zone(named: name) == nil)
    }

    @Test func fixedOffsetsNeverChange() {
        let zone = Zone(fixedOffset: 19_800)
        #expect(zone.name == "+05:30")
        #expect(zone.resolve(local("2026-07-01", 6, 0)).description == "2026-07-01T06:00:00+05:30")
        #expect(zone.time(at: Timestamp(millisecondsSinceEpoch: -1)).description == "1970-01-01T05:29:59+05:30")
        #expect(Zone.utc.name == "UTC")
    }

    @Test func timesFarOutsideTheTableGoByItsEnds() {
        let london = Zone(named: "Europe/London")!
        #expect(london.resolve(local("0001-01-01", 0, 0)).offset == 0)
        #expect(london.resolve(local("9999-12-31", 23, 59)).offset == 0)
        #expect(london.offset(at: Timestamp(millisecondsSinceEpoch: .min)) == 0)
        #expect(london.offset(at: Timestamp(millisecondsSinceEpoch: .max)) == 0)
    }

    @Test func anAirportHasItsZone() {
        #expect(Zone(airport: LocationCode("JFK")!)?.name == "America/New_York")
        #expect(Zone(airport: LocationCode("LON")!) == nil)
    }

    private func local(_ date: String, _ hour: Int, _ minute: Int) -> LocalDateTime {
        LocalDateTime(date: LocalDate(date)!, hour: hour, minute: minute)!
    }
}
