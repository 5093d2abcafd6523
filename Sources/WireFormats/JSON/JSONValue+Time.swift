public import FareDomain

// Times by name, in ISO 8601. Each throws `missing` for none or null, `wrongKind` for no string, `badValue` for a
// string that is no such time. Those named `…IfPresent` answer nil for none or null.
extension JSONValue {
    public func date(_ key: StaticString) throws(WireError) -> LocalDate {
        try require(key).parsed(ISO8601.date)
    }

    /// A local time; an offset behind it is read and dropped (some providers send `Z` on local times).
    public func localDateTime(_ key: StaticString) throws(WireError) -> LocalDateTime {
        try require(key).parsed(ISO8601.dateTime).local
    }

    /// A local time with its offset where one is given.
    public func dateTime(_ key: StaticString) throws(WireError) -> ISODateTime {
        try require(key).parsed(ISO8601.dateTime)
    }

    /// An instant: the text must have `Z` or an offset.
    public func timestamp(_ key: StaticString) throws(WireError) -> Timestamp {
        try require(key).parsed(ISO8601.timestamp)
    }

    /// An instant: the text must have `Z` or an offset.
    public func timestampIfPresent(_ key: StaticString) throws(WireError) -> Timestamp? {
        try present(key)?.parsed(ISO8601.timestamp)
    }

    public func duration(_ key: StaticString) throws(WireError) -> Duration {
        try require(key).parsed(ISO8601.duration)
    }

    public func durationIfPresent(_ key: StaticString) throws(WireError) -> Duration? {
        try present(key)?.parsed(ISO8601.duration)
    }

    /// Reads this string's bytes with `parser`, and adds the place to its error.
    private func parsed<Result>(
        _ parser: (ArraySlice<UInt8>) throws(WireError) -> Result
    ) throws(WireError) -> Result {
        let record = record
        guard record.kind == .string else { throw mismatch(.string) }
        do throws(WireError) {
            return try parser(document.utf8(of: record))
        } catch {
            throw self.error(error.code, error.detail)
        }
    }
}
