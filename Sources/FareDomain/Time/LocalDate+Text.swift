extension LocalDate {
    /// Reads `2026-12-10`: four, two and two digits, and a day that exists. Nothing else.
    public init?(_ text: some StringProtocol) {
        let text = String(text)
        let bytes = text.utf8.span
        guard bytes.count == 10, bytes[4] == UInt8(ascii: "-"), bytes[7] == UInt8(ascii: "-"),
            let year = bytes.digits(at: 0, count: 4), let month = bytes.digits(at: 5, count: 2),
            let day = bytes.digits(at: 8, count: 2)
        else { return nil }
        self.init(year: year, month: month, day: day)
    }
}

/// A time of day, without a date or a place: `06:00`.
public enum TimeOfDay {
    /// Reads `06:00` or `06:00:30` into seconds since midnight. `24:00` is no time of day.
    public static func seconds(_ text: some StringProtocol) -> Int32? {
        let text = String(text)
        let bytes = text.utf8.span
        let isShort = bytes.count == 5
        guard isShort || bytes.count == 8, bytes[2] == UInt8(ascii: ":"), isShort || bytes[5] == UInt8(ascii: ":"),
            let hour = bytes.digits(at: 0, count: 2), hour < 24, let minute = bytes.digits(at: 3, count: 2),
            minute < 60,
            let second = isShort ? 0 : bytes.digits(at: 6, count: 2), second < 60
        else { return nil }
        return Int32(hour * 3600 + minute * 60 + second)
    }

    /// `06:00`, or `06:00:30` where there are seconds.
    ///
    /// - Parameter seconds: since midnight, 0..<86,400.
    public static func text(_ seconds: Int32) -> String {
        let seconds = Int(seconds)
        let short = padded(seconds / 3600, 2) + ":" + padded(seconds / 60 % 60, 2)
        return seconds % 60 == 0 ? short : short + ":" + padded(seconds % 60, 2)
    }
}

extension Span<UInt8> {
    /// The number that `count` ASCII digits make. Nil if those are not all digits.
    ///
    /// - Parameter start: `count` bytes from there must be in the span.
    fileprivate func digits(at start: Int, count: Int) -> Int? {
        var value = 0
        for index in start..<start + count {
            guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self[index]) else { return nil }
            value = value * 10 + Int(self[index] - UInt8(ascii: "0"))
        }
        return value
    }
}
