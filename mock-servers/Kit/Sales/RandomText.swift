/// Ids. Random on purpose: after a restart without a state file no old id may mean something new.
enum RandomText {
    private static let alphabet = Array("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")
    /// Without letters and digits that are mistaken for each other, as airlines do.
    private static let locatorAlphabet = Array("ABCDEFGHJKLMNPQRSTUVWXYZ23456789")

    /// `count` letters and digits.
    static func letters(_ count: Int) -> String { text(count, of: alphabet) }

    /// A record locator: six capitals and digits.
    static func locator() -> String { text(6, of: locatorAlphabet) }

    private static func text(_ count: Int, of alphabet: [Character]) -> String {
        var generator = SystemRandomNumberGenerator()
        return String((0..<count).map { _ in alphabet[Int.random(in: 0..<alphabet.count, using: &generator)] })
    }
}
