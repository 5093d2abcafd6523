/// A local time and the offset from UTC that was in force there: enough to print it, and to order it.
public struct ZonedTime: Hashable, Sendable, Comparable, Codable {
    public let local: LocalDateTime
    /// Seconds east of UTC.
    public let offset: Int32

    public init(local: LocalDateTime, offset: Int32) {
        self.local = local
        self.offset = offset
    }

    public var instant: Timestamp { Timestamp(secondsSinceEpoch: local.localSecondsSinceEpoch - Int64(offset)) }

    public static func < (left: ZonedTime, right: ZonedTime) -> Bool { left.instant < right.instant }

    /// How long it is from this instant to `other`.
    public func duration(to other: ZonedTime) -> Duration { instant.duration(to: other.instant) }
}

extension ZonedTime: CustomStringConvertible {
    /// RFC 3339 with the offset: `2026-12-10T09:25:00+00:00`.
    public var description: String {
        let minutes = Int(offset.magnitude) / 60
        return "\(local)\(offset < 0 ? "-" : "+")\(padded(minutes / 60, 2)):\(padded(minutes % 60, 2))"
    }
}
