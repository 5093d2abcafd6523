extension Timestamp: CustomStringConvertible {
    /// RFC 3339 in UTC: `2026-11-21T09:15:00Z`, or `2026-11-21T09:15:00.250Z` where there are milliseconds.
    public var description: String {
        let signed = Int(millisecondsSinceEpoch % 1000)
        let rest = signed < 0 ? signed + 1000 : signed
        let fraction = rest == 0 ? "" : "." + padded(rest, 3)
        return "\(LocalDateTime(localSecondsSinceEpoch: wholeSeconds))\(fraction)Z"
    }

    /// The calendar day where the day is youngest, at UTC-12: the earliest that anyone can call today.
    public var earliestDateOnEarth: LocalDate {
        LocalDateTime(localSecondsSinceEpoch: wholeSeconds - 12 * 3600).date
    }

    /// Seconds since 1970, rounded down: also before 1970.
    var wholeSeconds: Int64 {
        let (quotient, rest) = millisecondsSinceEpoch.quotientAndRemainder(dividingBy: 1000)
        return rest < 0 ? quotient - 1 : quotient
    }
}

extension Duration {
    /// ISO 8601 in hours, minutes and seconds, never days: `PT8H5M`, `PT33H35M`, `PT45M`, `PT0S`. Parts of a second are
    /// left out, and a negative duration has a minus in front: `-PT5M`.
    public var iso8601: String {
        let seconds = components.seconds
        let size = seconds.magnitude
        guard size > 0 else { return "PT0S" }
        var text = seconds < 0 ? "-PT" : "PT"
        for (amount, unit) in [(size / 3600, "H"), (size / 60 % 60, "M"), (size % 60, "S")] where amount > 0 {
            text += String(amount) + unit
        }
        return text
    }
}
