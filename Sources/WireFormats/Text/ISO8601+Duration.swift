extension ISO8601 {
    /// `PT02H05M`, `PT33H35M`, `P0DT1H59M0S`, `P1DT2H`, `P1W`, a fraction on the seconds.
    ///
    /// Years and months have no fixed length: they pass only as zero. A sign is refused: no flight lasts less than
    /// nothing.
    public static func duration(_ text: some StringProtocol) throws(WireError) -> Duration {
        try duration(ArraySlice(text.utf8))
    }

    static func duration(_ bytes: ArraySlice<UInt8>) throws(WireError) -> Duration {
        var reader = ByteReader(bytes)
        guard let duration = reader.duration(), reader.isAtEnd else {
            throw WireError(.badValue, detail: "not a duration")
        }
        return duration
    }
}

extension ByteReader {
    /// The designators in the only order they may come in, and what each is worth in seconds; nil for no fixed length.
    private static let dateUnits: [(letter: UInt8, seconds: Int?)] = [
        (UInt8(ascii: "Y"), nil), (UInt8(ascii: "M"), nil), (UInt8(ascii: "W"), 604_800), (UInt8(ascii: "D"), 86_400),
    ]
    private static let timeUnits: [(letter: UInt8, seconds: Int?)] = [
        (UInt8(ascii: "H"), 3600), (UInt8(ascii: "M"), 60), (UInt8(ascii: "S"), 1),
    ]

    mutating func duration() -> Duration? {
        guard take("P"), var sum = components(Self.dateUnits), !isAtEnd || sum.count > 0 else { return nil }
        if take("T") {
            guard let time = components(Self.timeUnits), time.count > 0 else { return nil }
            let (seconds, overflow) = sum.seconds.addingReportingOverflow(time.seconds)
            guard !overflow else { return nil }
            sum = (time.count, seconds, time.nanoseconds)
        }
        // A Duration holds more seconds than Int64 nanoseconds do: a million years bounds what follows from it.
        guard sum.count > 0, sum.seconds < 31_556_952_000_000 else { return nil }
        return .seconds(sum.seconds) + .nanoseconds(sum.nanoseconds)
    }

    /// Numbers, each with its designator, up to something that is not a digit.
    private mutating func components(
        _ units: [(letter: UInt8, seconds: Int?)]
    ) -> (count: Int, seconds: Int, nanoseconds: Int)? {
        var sum = (count: 0, seconds: 0, nanoseconds: 0)
        var left = units[...]
        while peek?.isASCIIDigit == true {
            guard let number = number() else { return nil }
            let hasFraction = take(".") || take(",")
            if hasFraction {
                guard let fraction = nanoseconds() else { return nil }
                sum.nanoseconds = fraction
            }
            guard let letter = next(), let position = left.firstIndex(where: { $0.letter == letter }) else {
                return nil
            }
            let worth = left[position].seconds
            guard !hasFraction || worth == 1, worth != nil || number == 0 else { return nil }
            let (seconds, overflow) = number.multipliedReportingOverflow(by: worth ?? 0)
            let (total, carried) = sum.seconds.addingReportingOverflow(seconds)
            guard !overflow, !carried else { return nil }
            sum.seconds = total
            sum.count += 1
            left = left[(position + 1)...]
        }
        return sum
    }
}
