public import FareDomain

/// The dates of HTTP headers (RFC 9110, section 5.6.7): `Retry-After`, `Date`, a rate limit's reset.
public enum HTTPDate {
    private static let days = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
    private static let longDays = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    /// Reads all three forms: `Sun, 06 Nov 1994 08:49:37 GMT`, `Sunday, 06-Nov-94 08:49:37 GMT`,
    /// `Sun Nov  6 08:49:37 1994`. The day's name is read, not checked against the date.
    ///
    /// - Parameter now: decides the century of a year with two digits: never more than 50 years ahead.
    /// - Throws: `badValue` for anything else.
    public static func parse(_ text: some StringProtocol, now: Timestamp) throws(WireError) -> Timestamp {
        var reader = ByteReader(ArraySlice(text.utf8))
        guard let time = time(&reader, now: now), reader.isAtEnd else {
            throw WireError(.badValue, detail: "not a date of HTTP")
        }
        return Timestamp(secondsSinceEpoch: time.localSecondsSinceEpoch)
    }

    /// `Sun, 06 Nov 1994 08:49:37 GMT`, the fraction of the second dropped.
    public static func string(_ timestamp: Timestamp) -> String {
        let milliseconds = timestamp.millisecondsSinceEpoch
        let seconds = milliseconds / 1000 - (milliseconds % 1000 < 0 ? 1 : 0)
        let local = LocalDateTime(localSecondsSinceEpoch: seconds)
        let (year, month, day) = local.date.components
        // 1970-01-01 was a Thursday.
        let weekday = ((Int(local.date.daysSinceEpoch) + 3) % 7 + 7) % 7
        let clock = Int(local.secondOfDay)
        let time = [clock / 3600, clock / 60 % 60, clock % 60].map { zeroPadded($0, 2) }.joined(separator: ":")
        return "\(days[weekday]), \(zeroPadded(day, 2)) \(months[month - 1]) \(zeroPadded(year, 4)) \(time) GMT"
    }

    private static func time(_ reader: inout ByteReader, now: Timestamp) -> LocalDateTime? {
        if longDays.contains(where: { reader.take(text: $0 + ", ") }) { return obsoleteTime(&reader, now: now) }
        guard days.contains(where: { reader.take(text: $0) }) else { return nil }
        return reader.take(text: ", ") ? fixedTime(&reader) : cTime(&reader)
    }

    /// `06 Nov 1994 08:49:37 GMT`
    private static func fixedTime(_ reader: inout ByteReader) -> LocalDateTime? {
        guard let day = reader.number(digits: 2), reader.take(" "), let month = month(&reader), reader.take(" "),
            let year = reader.number(digits: 4), reader.take(" "), let clock = reader.clock(),
            reader.take(text: " GMT")
        else { return nil }
        return local(year, month, day, clock)
    }

    /// `06-Nov-94 08:49:37 GMT`
    private static func obsoleteTime(_ reader: inout ByteReader, now: Timestamp) -> LocalDateTime? {
        guard let day = reader.number(digits: 2), reader.take("-"), let month = month(&reader), reader.take("-"),
            let short = reader.number(digits: 2), reader.take(" "), let clock = reader.clock(),
            reader.take(text: " GMT")
        else { return nil }
        let today = LocalDateTime(localSecondsSinceEpoch: now.millisecondsSinceEpoch / 1000).date.components.year
        let year = today - today % 100 + short
        return local(year > today + 50 ? year - 100 : year, month, day, clock)
    }

    /// ` Nov  6 08:49:37 1994`
    private static func cTime(_ reader: inout ByteReader) -> LocalDateTime? {
        guard reader.take(" "), let month = month(&reader), reader.take(" ") else { return nil }
        let day = reader.take(" ") ? reader.number(digits: 1) : reader.number(digits: 2)
        guard let day, reader.take(" "), let clock = reader.clock(), reader.take(" "),
            let year = reader.number(digits: 4)
        else { return nil }
        return local(year, month, day, clock)
    }

    private static func month(_ reader: inout ByteReader) -> Int? {
        months.firstIndex { reader.take(text: $0) }.map { $0 + 1 }
    }

    private static func local(_ year: Int, _ month: Int, _ day: Int, _ clock: ByteReader.Clock) -> LocalDateTime? {
        guard let date = LocalDate(year: year, month: month, day: day) else { return nil }
        // HTTP allows a leap second, which the clock here does not have.
        let second = clock.second == 60 ? 59 : clock.second
        return LocalDateTime(date: date, hour: clock.hour, minute: clock.minute, second: second)
    }
}
