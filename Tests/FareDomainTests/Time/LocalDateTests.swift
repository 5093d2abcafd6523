import FareDomain
import FareTestSupport
import Testing

@Suite struct LocalDateTests {
    @Test func everyDayOfFourCenturiesRoundTrips() throws {
        var day = LocalDate(year: 1800, month: 1, day: 1)!
        let end = LocalDate(year: 2200, month: 12, day: 31)!
        var (year, month, dayOfMonth) = (1800, 1, 1)
        while day <= end {
            // Counted by hand beside it: a different algorithm than the one under test.
            try #require(day.components == (year, month, dayOfMonth))
            try #require(LocalDate(year: year, month: month, day: dayOfMonth) == day)
            let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
            let length = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1]
            dayOfMonth += 1
            if dayOfMonth > length { (month, dayOfMonth) = (month + 1, 1) }
            if month > 12 { (year, month) = (year + 1, 1) }
            day = day.advanced(byDays: 1)
        }
    }

    @Test func textRoundTripsAndAddingDaysCanBeUndone() {
        let seed: UInt64 = 1582
        var dice = SeededGenerator(seed: seed)
        let first = LocalDate(year: 1, month: 1, day: 1)!
        let last = LocalDate(year: 9999, month: 12, day: 31)!
        for _ in 0..<5000 {
            let day = LocalDate(
                daysSinceEpoch: Int32.random(in: first.daysSinceEpoch...last.daysSinceEpoch, using: &dice))
            let count = Int.random(in: -100_000...100_000, using: &dice)
            #expect(LocalDate(day.description) == day, "seed \(seed)")
            #expect(day.advanced(byDays: count).days(to: day) == -count, "seed \(seed)")
            #expect((day < day.advanced(byDays: count)) == (count > 0), "seed \(seed)")
        }
    }

    @Test(arguments: [
        "", "2026-12-1", "2026-1-10", "26-12-10", "2026/12/10", "20261210", "2026-02-29", "2026-13-01", "2026-00-10",
        "2026-12-32", "2026-12-00", "0000-01-01", " 2026-12-10", "2026-12-10 ", "2026-12-10T00:00", "+026-12-10",
        "２０２６-12-10",
    ])
    func refusesWhatIsNoISODate(text: String) {
        #expect(LocalDate(text) == nil)
    }

    @Test func knowsKnownDays() {
        #expect(LocalDate("1970-01-01")?.daysSinceEpoch == 0)
        #expect(LocalDate("2000-02-29")?.daysSinceEpoch == 11_016)
        #expect(LocalDate("2026-12-10")?.daysSinceEpoch == 20_797)
    }

    @Test(arguments: [("00:00", 0), ("06:00", 21_600), ("23:59", 86_340), ("06:00:30", 21_630)] as [(String, Int32)])
    func readsAndWritesTimesOfDay(text: String, seconds: Int32) {
        #expect(TimeOfDay.seconds(text) == seconds)
        #expect(TimeOfDay.text(seconds) == text)
    }

    @Test(arguments: ["", "6:00", "24:00", "06:60", "06:00:60", "06:00:", "0600", "06:0", "06:00Z", "-6:00"])
    func refusesWhatIsNoTimeOfDay(text: String) {
        #expect(TimeOfDay.seconds(text) == nil)
    }

    @Test(
        arguments: [
            ("2024-02-29", "2026-02-28", 1), ("2024-02-29", "2026-03-01", 2), ("2024-02-29", "2028-02-29", 4),
            ("2014-12-10", "2026-12-09", 11), ("2014-12-10", "2026-12-10", 12), ("2026-12-10", "2026-12-09", -1),
        ] as [(String, String, Int)])
    func agesAreWholeYears(born: String, day: String, age: Int) {
        #expect(LocalDate(born)!.age(on: LocalDate(day)!) == age)
    }
}
