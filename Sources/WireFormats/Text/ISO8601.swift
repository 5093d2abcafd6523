public import FareDomain

/// A wall-clock reading, and its offset from UTC where the text had one.
public struct ISODateTime: Hashable, Sendable {
    public let local: LocalDateTime
    /// The fraction of the second that `local` leaves out, 0..<1,000,000,000.
    public let nanosecond: Int
    /// Seconds east of UTC; nil where the text had no offset.
    public let offset: Int32?

    public init(local: LocalDateTime, nanosecond: Int = 0, offset: Int32? = nil) {
        self.local = local
        self.nanosecond = nanosecond
        self.offset = offset
    }

    /// With its offset; nil where the text had none.
    public var zoned: ZonedTime? { offset.map { ZonedTime(local: local, offset: $0) } }

    /// The instant, to the millisecond, finer digits cut off.
    ///
    /// - Parameter assumed: seconds east of UTC where the text had no offset.
    public func timestamp(assumingOffset assumed: Int32) -> Timestamp {
        let seconds = local.localSecondsSinceEpoch - Int64(offset ?? assumed)
        return Timestamp(millisecondsSinceEpoch: seconds * 1000 + Int64(nanosecond / 1_000_000))
    }
}

/// A time of day with an offset, and no date: `20:55:00+05:30`.
public struct ISOTimeOfDay: Hashable, Sendable {
    /// Seconds since local midnight, 0..<86,400.
    public let secondOfDay: Int32
    /// Seconds east of UTC; nil where the text had no offset.
    public let offset: Int32?

    public init(secondOfDay: Int32, offset: Int32? = nil) {
        self.secondOfDay = secondOfDay
        self.offset = offset
    }

    /// That time on `date`.
    public func on(_ date: LocalDate) -> ISODateTime {
        let seconds = Int64(date.daysSinceEpoch) * 86_400 + Int64(secondOfDay)
        return ISODateTime(local: LocalDateTime(localSecondsSinceEpoch: seconds), offset: offset)
    }
}

/// Reads and writes the forms of ISO 8601 that booking APIs use. Every reader throws `badValue` for anything else.
public enum ISO8601 {
    /// `2026-12-10`.
    public static func date(_ text: some StringProtocol) throws(WireError) -> LocalDate {
        try date(ArraySlice(text.utf8))
    }

    /// `2026-12-10T09:25`, `…T09:25:00`, a fraction of any length, and then nothing, `Z`, `+01:00`, `+0100` or `+01`.
    public static func dateTime(_ text: some StringProtocol) throws(WireError) -> ISODateTime {
        try dateTime(ArraySlice(text.utf8))
    }

    /// A date and time that must have `Z` or an offset.
    public static func timestamp(_ text: some StringProtocol) throws(WireError) -> Timestamp {
        try timestamp(ArraySlice(text.utf8))
    }

    /// `20:55`, `20:55:00` or `20:55:00+05:30`.
    public static func timeOfDay(_ text: some StringProtocol) throws(WireError) -> ISOTimeOfDay {
        try timeOfDay(ArraySlice(text.utf8))
    }

    static func date(_ bytes: ArraySlice<UInt8>) throws(WireError) -> LocalDate {
        var reader = ByteReader(bytes)
        guard let date = reader.date(), reader.isAtEnd else { throw WireError(.badValue, detail: "not a date") }
        return date
    }

    static func dateTime(_ bytes: ArraySlice<UInt8>) throws(WireError) -> ISODateTime {
        var reader = ByteReader(bytes)
        guard let date = reader.date(), reader.take("T") || reader.take("t") || reader.take(" "),
            let clock = reader.clock(), let offset = reader.offset(), reader.isAtEnd,
            let local = LocalDateTime(date: date, hour: clock.hour, minute: clock.minute, second: clock.second)
        else { throw WireError(.badValue, detail: "not a date and time") }
        return ISODateTime(local: local, nanosecond: clock.nanosecond, offset: offset.seconds)
    }

    static func timestamp(_ bytes: ArraySlice<UInt8>) throws(WireError) -> Timestamp {
        let time = try dateTime(bytes)
        guard let offset = time.offset else { throw WireError(.badValue, detail: "a time without an offset from UTC") }
        return time.timestamp(assumingOffset: offset)
    }

    static func timeOfDay(_ bytes: ArraySlice<UInt8>) throws(WireError) -> ISOTimeOfDay {
        var reader = ByteReader(bytes)
        guard let clock = reader.clock(), let offset = reader.offset(), reader.isAtEnd,
            (0..<24).contains(clock.hour), (0..<60).contains(clock.minute), (0..<60).contains(clock.second)
        else { throw WireError(.badValue, detail: "not a time of day") }
        let seconds = clock.hour * 3600 + clock.minute * 60 + clock.second
        return ISOTimeOfDay(secondOfDay: Int32(seconds), offset: offset.seconds)
    }
}

extension ByteReader {
    struct Clock {
        let hour: Int
        let minute: Int
        let second: Int
        let nanosecond: Int
    }

    struct Offset {
        /// Nil where there was none.
        let seconds: Int32?
    }

    mutating func date() -> LocalDate? {
        guard let year = number(digits: 4), take("-"), let month = number(digits: 2), take("-"),
            let day = number(digits: 2)
        else { return nil }
        return LocalDate(year: year, month: month, day: day)
    }

    /// `hh:mm`, `hh:mm:ss` or `hh:mm:ss.fff`, not yet known to be a time that exists.
    mutating func clock() -> Clock? {
        guard let hour = number(digits: 2), take(":"), let minute = number(digits: 2) else { return nil }
        guard take(":") else { return Clock(hour: hour, minute: minute, second: 0, nanosecond: 0) }
        guard let second = number(digits: 2) else { return nil }
        guard take(".") || take(",") else { return Clock(hour: hour, minute: minute, second: second, nanosecond: 0) }
        guard let nanosecond = nanoseconds() else { return nil }
        return Clock(hour: hour, minute: minute, second: second, nanosecond: nanosecond)
    }

    /// Nothing, `Z`, `+hh:mm`, `+hhmm` or `+hh`. Nil for an offset that cannot be.
    mutating func offset() -> Offset? {
        if take("Z") || take("z") { return Offset(seconds: 0) }
        let isWest = take("-")
        guard isWest || take("+") else { return Offset(seconds: nil) }
        guard let hours = number(digits: 2), hours < 24 else { return nil }
        let hasColon = take(":")
        let minutes = number(digits: 2)
        guard minutes != nil || !hasColon, (minutes ?? 0) < 60 else { return nil }
        let seconds = Int32(hours * 3600 + (minutes ?? 0) * 60)
        return Offset(seconds: isWest ? -seconds : seconds)
    }
}
