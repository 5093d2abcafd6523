/// The ids of offers: `OFFER-abc123…-7` is the eighth offer of the search `abc123…`.
enum NDCOfferID {
    static func offer(_ search: String, _ index: Int) -> String { "OFFER-\(search)-\(index)" }

    /// Nil for an id of another kind.
    static func parts(_ id: String) -> (search: String, index: Int)? {
        let parts = id.split(separator: "-")
        guard parts.count == 3, parts[0] == "OFFER", let index = Int(parts[2]) else { return nil }
        return (String(parts[1]), index)
    }

    static func passenger(_ index: Int) -> String { "PAX\(index + 1)" }
}
