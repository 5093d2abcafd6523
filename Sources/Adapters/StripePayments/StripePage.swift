import WireFormats

/// A page of a list or of a search (docs.stripe.com/api/pagination).
struct StripePage<Item> {
    let items: [Item]
    /// Where the next page begins; nil where there is none.
    let cursor: String?
    /// Seconds since 1970, of the first and of the last object on the page, read or not.
    let firstCreated: Int64?
    let lastCreated: Int64?

    /// - Parameter read: makes an item of an object; nil leaves it out.
    /// - Throws: what `read` does; where there is more and no object to go on from.
    init(_ value: JSONValue, _ read: (JSONValue) throws(WireError) -> Item?) throws(WireError) {
        var items: [Item] = []
        var first: JSONValue?
        var last: JSONValue?
        for object in try value.elements("data") {
            first = first ?? object
            last = object
            if let item = try read(object) { items.append(item) }
        }
        self.items = items
        firstCreated = try first?.int64IfPresent("created")
        lastCreated = try last?.int64IfPresent("created")
        guard try value.boolIfPresent("has_more") ?? false else {
            cursor = nil
            return
        }
        guard let last else { throw value.error(.missing, "data") }
        cursor = try last.string("id")
    }
}
