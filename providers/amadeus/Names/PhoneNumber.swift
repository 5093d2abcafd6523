/// A telephone number, split where its country's calling code ends.
struct PhoneNumber: Hashable {
    let countryCode: String
    let number: String

    /// The calling codes of one and of two digits (ITU-T E.164, list of assigned country codes). No code begins with
    /// another one, and all that are not here have three digits.
    private static let oneDigit: Set<Substring> = ["1", "7"]
    private static let twoDigits: Set<Substring> = [
        "20", "27", "30", "31", "32", "33", "34", "36", "39", "40", "41", "43", "44", "45", "46", "47", "48", "49",
        "51", "52", "53", "54", "55", "56", "57", "58", "60", "61", "62", "63", "64", "65", "66", "81", "82", "84",
        "86", "90", "91", "92", "93", "94", "95", "98",
    ]

    /// - Parameter text: E.164: a plus and 7 to 15 digits, the first not 0. Nil for anything else.
    init?(_ text: String) {
        let digits = text.dropFirst()
        guard text.first == "+", (7...15).contains(digits.utf8.count), digits.first != "0",
            digits.utf8.allSatisfy({ (0x30...0x39).contains($0) })
        else { return nil }
        let length =
            PhoneNumber.oneDigit.contains(digits.prefix(1))
            ? 1 : PhoneNumber.twoDigits.contains(digits.prefix(2)) ? 2 : 3
        countryCode = String(digits.prefix(length))
        number = String(digits.dropFirst(length))
    }
}
