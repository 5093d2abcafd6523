import FareDomain
import Testing

@Suite struct TimeTextTests {
    @Test(
        arguments: [
            (1_795_252_500_000, "2026-11-21T09:15:00Z"), (1_795_252_500_250, "2026-11-21T09:15:00.250Z"),
            (1_795_252_500_007, "2026-11-21T09:15:00.007Z"), (0, "1970-01-01T00:00:00Z"),
            (-1, "1969-12-31T23:59:59.999Z"),
            (-1000, "1969-12-31T23:59:59Z"),
        ] as [(Int64, String)])
    func timestampsPrintAsRFC3339(milliseconds: Int64, text: String) {
        #expect(Timestamp(millisecondsSinceEpoch: milliseconds).description == text)
    }

    @Test(
        arguments: [
            (0, "PT0S"), (45 * 60, "PT45M"), (29_100, "PT8H5M"), (33 * 3600 + 35 * 60, "PT33H35M"), (3600, "PT1H"),
            (3601, "PT1H1S"), (59, "PT59S"), (-300, "-PT5M"), (1_000_000, "PT277H46M40S"),
        ] as [(Int64, String)])
    func durationsPrintWithoutDays(seconds: Int64, text: String) {
        #expect(Duration.seconds(seconds).iso8601 == text)
    }

    @Test func partsOfASecondAreLeftOut() {
        #expect(Duration.milliseconds(999).iso8601 == "PT0S")
        #expect(Duration.milliseconds(61_999).iso8601 == "PT1M1S")
    }

    @Test func theEarliestDayOnEarthIsTwelveHoursBehind() {
        #expect(Timestamp(secondsSinceEpoch: 12 * 3600 - 1).earliestDateOnEarth == LocalDate("1969-12-31"))
        #expect(Timestamp(secondsSinceEpoch: 12 * 3600).earliestDateOnEarth == LocalDate("1970-01-01"))
    }
}
