/// Duffel's ids: a prefix, four zeros, and what tells one from another. The ids of a search and of everything in it
/// share the search's sixteen letters, so that an offer's id alone says where it came from.
enum DuffelID {
    static func offerRequest(_ search: String) -> String { "orq_0000\(search)00" }
    static func offer(_ search: String, _ index: Int) -> String { "off_0000\(search)\(two(index))" }
    static func passenger(_ search: String, _ index: Int) -> String { "pas_0000\(search)\(two(index))" }
    static func slice(_ search: String, _ offer: Int, _ index: Int) -> String {
        "sli_0000\(search)\(two(offer * 10 + index))"
    }
    static func segment(_ search: String, _ offer: Int, _ index: Int) -> String {
        "seg_0000\(search)\(two(offer * 20 + index))"
    }
    static func new(_ prefix: String) -> String { "\(prefix)_0000\(RandomText.letters(18))" }

    /// The search's letters, and the place in it. Nil for an id of another kind.
    static func parts(_ id: String, prefix: String) -> (search: String, index: Int)? {
        let text = Array(id)
        guard text.count == 26, id.hasPrefix("\(prefix)_0000"), let index = Int(String(text[24...]), radix: 36)
        else { return nil }
        return (String(text[8..<24]), index)
    }

    /// Two digits to the base of 36: up to 1,295, which 40 offers of 20 segments don't reach.
    private static func two(_ number: Int) -> String {
        let digits = String(number, radix: 36)
        return digits.count < 2 ? "0" + digits : digits
    }
}
