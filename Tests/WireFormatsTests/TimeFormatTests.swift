import FareDomain
import Testing
import WireFormats

struct ISO8601Tests {
    @Test(arguments: [
        ("PT02H05M", 7500), ("PT5H4M", 18_240), ("PT33H35M", 120_900), ("P0DT1H59M0S", 7140), ("P1DT2H", 93_600),
        ("PT0S", 0),
        ("P1W", 604_800), ("P0Y0M2D", 172_800), ("PT90M", 5400), ("P1D", 86_400),
    ])
    func readsDurations(text: String, seconds: Int) throws {
        #expect(try ISO8601.duration(text) == .seconds(seconds))
    }

    @Test func readsFractionsOfASecond() throws {
        #expect(try ISO8601.duration("PT1.5S") == .milliseconds(1500))
    }

    @Test(arguments: [
        "", "P", "PT", "T1H", "1H", "PT1", "P1Y", "P1M", "PT1M1H", "PT1H1H", "P1H", "PT1D", "-PT1H", "PT-1H", "PT1H ",
        " PT1H", "PT1.5H",
        "PT1.S", "P1DT", "PT99999999999999999999H", "P9223372036854775807W",
        "P9223372036854775807DT9223372036854775807H", "pt1h",
        "PT\u{0661}H", "PT9223372036854775807S", "PT1H2", "6D",
    ])
    func refusesWhatIsNoDuration(text: String) {
        #expect(wireError { () throws(WireError) in try ISO8601.duration(text) }?.code == .badValue)
    }

    @Test(arguments: [
        (29_100, "PT8H5M"), (120_900, "PT33H35M"), (0, "PT0S"), (90, "PT1M30S"), (3600, "PT1H"), (-60, "-PT1M"),
    ])
    func writesDurations(seconds: Int, text: String) {
        #expect(Duration.seconds(seconds).iso8601 == text)
    }

    @Test(
        arguments: [
            ("2026-12-10T09:25:00", "2026-12-10T09:25:00", nil, 0), ("2026-12-10T09:25", "2026-12-10T09:25:00", nil, 0),
            ("2026-12-10T09:25:00.123", "2026-12-10T09:25:00", nil, 123_000_000),
            ("2026-12-10T09:25:00.123456Z", "2026-12-10T09:25:00", 0, 123_456_000),
            ("2026-12-10T09:25:00.12345678901234567890Z", "2026-12-10T09:25:00", 0, 123_456_789),
            ("2026-12-10T09:25:00+01:00", "2026-12-10T09:25:00", 3600, 0),
            ("2026-12-10T09:25:00+0530", "2026-12-10T09:25:00", 19_800, 0),
            ("2026-12-10T09:25:00-03", "2026-12-10T09:25:00", -10_800, 0),
            ("2024-02-29 23:59:59z", "2024-02-29T23:59:59", 0, 0),
        ] as [(String, String, Int32?, Int)])
    func readsDateTimes(text: String, local: String, offset: Int32?, nanosecond: Int) throws {
        let time = try ISO8601.dateTime(text)
        #expect(time.local.description == local)
        #expect(time.offset == offset)
        #expect(time.nanosecond == nanosecond)
    }

    @Test(arguments: [
        "", "2026-12-10", "2026-02-29T00:00:00", "2026-13-01T00:00:00", "2026-12-10T24:00:00", "2026-12-10T09:60:00",
        "2026-12-10T09:25:60", "2026-12-10T09:25:00.", "2026-12-10T09:25:00+1:00", "2026-12-10T09:25:00+24:00",
        "2026-12-10T09:25:00+01:60", "2026-12-10T09:25:00+01:", "2026-12-10T09:25:00ZZ", "2026-12-10T9:25:00",
        "20261210T092500Z",
        "0000-01-01T00:00:00", "2026-12-10T09:25:00Z ", "2026-12-10T\u{0660}9:25:00", "2026-12-10T09:25:00+",
        "10000-01-01T00:00:00Z",
    ])
    func refusesWhatIsNoDateTime(text: String) {
        #expect(wireError { () throws(WireError) in try ISO8601.dateTime(text) }?.code == .badValue)
    }

    @Test func instantsNeedAnOffset() throws {
        #expect(try ISO8601.timestamp("1970-01-01T01:00:00.250+01:00").millisecondsSinceEpoch == 250)
        #expect(wireError { () throws(WireError) in try ISO8601.timestamp("1970-01-01T01:00:00") }?.code == .badValue)
        let local = try ISO8601.dateTime("1970-01-01T01:00:00")
        #expect(local.timestamp(assumingOffset: 3600).millisecondsSinceEpoch == 0)
        #expect(local.zoned == nil)
    }

    @Test func readsTimesOfDayWithoutADate() throws {
        let time = try ISO8601.timeOfDay("20:55:00+05:30")
        #expect(time.secondOfDay == 75_300)
        #expect(time.offset == 19_800)
        let day = try ISO8601.date("2026-12-10")
        #expect(time.on(day).zoned?.description == "2026-12-10T20:55:00+05:30")
        for bad in ["24:00:00", "20:60", "20", "20:5", "2055", "-1:00:00", "20:55:00+"] {
            #expect(wireError { () throws(WireError) in try ISO8601.timeOfDay(bad) }?.code == .badValue, "\(bad)")
        }
    }

    @Test(arguments: [
        "", "2026-12-1", "2026-12-10Z", "2026/12/10", "20261210", "2026-00-10", "2025-02-29", "-026-12-10",
    ])
    func refusesWhatIsNoDate(text: String) {
        #expect(wireError { () throws(WireError) in try ISO8601.date(text) }?.code == .badValue)
    }

    @Test(
        arguments: [
            (0, "1970-01-01T00:00:00Z"), (-1, "1969-12-31T23:59:59.999Z"), (-1000, "1969-12-31T23:59:59Z"),
            (1_796_894_700_120, "2026-12-10T09:25:00.120Z"),
        ] as [(Int64, String)])
    func writesInstantsAndReadsThemBack(milliseconds: Int64, text: String) throws {
        let timestamp = Timestamp(millisecondsSinceEpoch: milliseconds)
        #expect(timestamp.description == text)
        #expect(try ISO8601.timestamp(text) == timestamp)
    }

    @Test func writesTheEndsOfTheRangeWithoutATrap() {
        #expect(Timestamp(millisecondsSinceEpoch: .max).description.hasSuffix("Z"))
        #expect(Timestamp(millisecondsSinceEpoch: .min).description.hasSuffix("Z"))
        #expect(HTTPDate.string(Timestamp(millisecondsSinceEpoch: .min)).hasSuffix("GMT"))
        #expect(HTTPDate.string(Timestamp(millisecondsSinceEpoch: .max)).hasSuffix("GMT"))
    }
}

struct HTTPDateTests {
    private let now = Timestamp(secondsSinceEpoch: 1_796_894_700)

    @Test(arguments: [
        "Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994",
        "Sun Nov 06 08:49:37 1994",
    ])
    func readsAllThreeForms(text: String) throws {
        #expect(try HTTPDate.parse(text, now: now).millisecondsSinceEpoch == 784_111_777_000)
    }

    @Test func twoDigitYearsAreNeverMoreThanFiftyYearsAhead() throws {
        func year(_ digits: String) throws -> Int {
            let time = try HTTPDate.parse("Monday, 01-Jan-\(digits) 00:00:00 GMT", now: now)
            return LocalDateTime(localSecondsSinceEpoch: time.millisecondsSinceEpoch / 1000).date.components.year
        }
        #expect(try year("76") == 2076)
        #expect(try year("77") == 1977)
        #expect(try year("26") == 2026)
    }

    @Test func leapSecondCountsAsTheOneBefore() throws {
        let leap = try HTTPDate.parse("Sat, 31 Dec 2016 23:59:60 GMT", now: now)
        #expect(HTTPDate.string(leap) == "Sat, 31 Dec 2016 23:59:59 GMT")
    }

    @Test func writesTheFixedForm() {
        #expect(HTTPDate.string(Timestamp(millisecondsSinceEpoch: 784_111_777_999)) == "Sun, 06 Nov 1994 08:49:37 GMT")
        #expect(HTTPDate.string(Timestamp(millisecondsSinceEpoch: -1)) == "Wed, 31 Dec 1969 23:59:59 GMT")
        #expect(HTTPDate.string(now) == "Thu, 10 Dec 2026 09:25:00 GMT")
    }

    @Test(arguments: [
        "", "120", "Sun, 06 Nov 1994 08:49:37", "Sun, 31 Feb 1994 08:49:37 GMT", "Sun, 06 Nov 1994 25:49:37 GMT", "Sun",
        "Sunday, ",
        "Sun, 6 Nov 1994 08:49:37 GMT", "Sun, 06 Nov 1994 08:49:37 GMT+1", "Xxx, 06 Nov 1994 08:49:37 GMT",
        "Sun, 06 Nov 94 08:49:37 GMT",
        "Sun, 00 Nov 1994 08:49:37 GMT", "Sun, 06 Nov 1994 08:49:99 GMT",
    ])
    func refusesAnythingElse(text: String) {
        #expect(wireError { () throws(WireError) in try HTTPDate.parse(text, now: now) }?.code == .badValue)
    }
}
