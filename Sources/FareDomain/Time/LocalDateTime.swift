/// A wall-clock reading without a place: what an airport's board shows.
public struct LocalDateTime: Hashable, Sendable, Comparable, Codable {
    public let date: LocalDate
    /// Seconds since local midnight, 0..<86,400.
    public let secondOfDay: Int32

    /// Nil unless the time of day exists. A leap second (`:60`) is refused: no timetable has one.
    public init?(date: LocalDate, hour: Int, minute: Int, second: Int = 0) {
        guard (0..<24).contains(hour), (0..<60).contains(minute), (0..<60).contains(second) else { return nil }
        self.date = date
        secondOfDay = Int32(hour * 3600 + minute * 60 + second)
    }

    /// The reading of a clock that shows `seconds` since 1970-01-01T00:00:00 local.
    public init(localSecondsSinceEpoch seconds: Int64) {
        var days = seconds / 86_400
        var rest = seconds % 86_400
        if rest < 0 {
            rest += 86_400
            days -= 1
        }
        date = LocalDate(daysSinceEpoch: Int32(clamping: days))
        secondOfDay = Int32(rest)
    }

    /// Seconds since 1970-01-01T00:00:00 on the same wall clock.
    public var localSecondsSinceEpoch: Int64 { Int64(date.daysSinceEpoch) * 86_400 + Int64(secondOfDay) }

    public static func < (left: LocalDateTime, right: LocalDateTime) -> Bool {
        (left.date, left.secondOfDay) < (right.date, right.secondOfDay)
    }
}

extension LocalDateTime: CustomStringConvertible {
    /// `2026-12-10T09:25:00`.
    public var description: String {
        let second = Int(secondOfDay)
        return "\(date)T\(padded(second / 3600, 2)):\(padded(second / 60 % 60, 2)):\(padded(second % 60, 2))"
    }
}
