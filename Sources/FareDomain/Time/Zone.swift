/// A place's clock: how far it is from UTC at each instant.
///
/// The offsets are the IANA database's for 1990 to 2050; outside those years the first and the last one go on.
public struct Zone: Hashable, Sendable {
    /// The IANA name that it was asked for by; `+05:30` for a fixed offset, `UTC` for none.
    public let name: String
    /// Which line of the table, or nil for the same offset always.
    private let rules: ZoneTable.Rules?
    /// Seconds east of UTC: the first one of the table's line, or the only one.
    private let firstOffset: Int32

    /// A clock that is always `offset` ahead of UTC.
    ///
    /// - Parameter offset: seconds east of UTC.
    public init(fixedOffset offset: Int32) {
        let minutes = Int(offset.magnitude) / 60
        let sign = offset < 0 ? "-" : "+"
        name = offset == 0 ? "UTC" : "\(sign)\(padded(minutes / 60, 2)):\(padded(minutes % 60, 2))"
        rules = nil
        firstOffset = offset
    }

    /// Coordinated Universal Time.
    public static let utc = Zone(fixedOffset: 0)

    /// The zone of an IANA name, old names included: `Europe/London`, `Asia/Calcutta`, `US/Eastern`. Nil for an unknown
    /// one.
    public init?(named name: some StringProtocol) {
        let name = String(name)
        guard let rules = ZoneTable.shared.rules[name] else { return nil }
        self.name = name
        self.rules = rules
        firstOffset = rules.firstOffset
    }

    /// The zone of an airport, by its own code. Nil for a code that is no airport's.
    public init?(airport code: LocationCode) {
        guard let airport = Airports.airport(code) else { return nil }
        self = airport.zone
    }

    /// What the clock shows at `instant`. Milliseconds are cut off.
    public func time(at instant: Timestamp) -> ZonedTime {
        let offset = offset(at: instant)
        return ZonedTime(
            local: LocalDateTime(localSecondsSinceEpoch: instant.wholeSeconds + Int64(offset)), offset: offset)
    }

    /// How far the clock is from UTC at `instant`, in seconds east.
    public func offset(at instant: Timestamp) -> Int32 {
        guard let rules else { return firstOffset }
        let seconds = instant.wholeSeconds
        return ZoneTable.shared.withChanges(of: rules) { changes in
            let passed = changes.prefixLength { $0.instant <= seconds }
            return passed == 0 ? firstOffset : changes[passed - 1].after
        }
    }

    /// The instant at which the clock shows `local`.
    ///
    /// A reading that comes twice, when clocks go back, is the first of the two: the earlier instant, with the offset
    /// from before the change. A reading that is skipped, when clocks go forward, moves on by as much as was skipped:
    /// 01:30 on the night when 01:00 becomes 02:00 is 02:30. Both as `java.time.ZonedDateTime.ofLocal` does.
    public func resolve(_ local: LocalDateTime) -> ZonedTime {
        guard let rules else { return ZonedTime(local: local, offset: firstOffset) }
        let seconds = local.localSecondsSinceEpoch
        return ZoneTable.shared.withChanges(of: rules) { changes in
            // Changes that are over by this reading, whichever of the two offsets it is read with.
            let passed = changes.prefixLength { $0.instant + Int64(max($0.before, $0.after)) <= seconds }
            let offset = passed == 0 ? firstOffset : changes[passed - 1].after
            guard passed < changes.count, seconds - Int64(offset) >= changes[passed].instant else {
                return ZonedTime(local: local, offset: offset)
            }
            let after = changes[passed].after
            let shifted = LocalDateTime(localSecondsSinceEpoch: seconds + Int64(after) - Int64(offset))
            return ZonedTime(local: shifted, offset: after)
        }
    }
}

extension UnsafeBufferPointer {
    /// How many elements at the front satisfy `isBefore`, which holds for none after the first that it doesn't hold
    /// for.
    fileprivate func prefixLength(where isBefore: (Element) -> Bool) -> Int {
        var low = 0
        var high = count
        while low < high {
            let middle = (low + high) / 2
            if isBefore(self[middle]) { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
