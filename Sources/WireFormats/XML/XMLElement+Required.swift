public import FareDomain

extension XMLElement {
    /// An error about this element, with its place in the document.
    ///
    /// - Parameter detail: what was expected, without the text itself.
    public func error(_ code: WireError.Code, _ detail: String) -> WireError {
        WireError(code, offset: Int(node.offset), path: document.path(to: index), detail: detail)
    }

    /// The first element at the end of a path of names.
    ///
    /// - Throws: `missing`.
    public func require(_ path: String...) throws(WireError) -> XMLElement {
        try require(path: path)
    }

    /// The text at the end of a path of names.
    ///
    /// - Throws: `missing` if there is no such element or it has no text.
    public func requireText(_ path: String...) throws(WireError) -> String {
        let element = try require(path: path)
        let text = element.text
        guard !text.isEmpty else { throw element.error(.missing, "no text") }
        return text
    }

    /// - Throws: `missing`.
    public func requireAttribute(_ name: String) throws(WireError) -> String {
        guard let value = attribute(name) else { throw error(.missing, "no attribute \(safeName(name))") }
        return value
    }

    /// The element's text as an integer.
    ///
    /// - Throws: `badValue`.
    public func requireInt() throws(WireError) -> Int {
        guard let int64 = Int64(digits: ArraySlice(text.utf8)), let int = Int(exactly: int64) else {
            throw error(.badValue, "not an integer")
        }
        return int
    }

    private func require(path: [String]) throws(WireError) -> XMLElement {
        guard let element = descend(path[...]) else {
            throw error(.missing, "no " + path.map { safeName($0) }.joined(separator: "/"))
        }
        return element
    }
}

// The element's text as a time. Each throws `badValue` with the element's place.
extension XMLElement {
    public func requireDate() throws(WireError) -> LocalDate { try parsed(ISO8601.date) }
    public func requireDateTime() throws(WireError) -> ISODateTime { try parsed(ISO8601.dateTime) }
    public func requireTimestamp() throws(WireError) -> Timestamp { try parsed(ISO8601.timestamp) }
    public func requireDuration() throws(WireError) -> Duration { try parsed(ISO8601.duration) }

    private func parsed<Result>(
        _ parser: (ArraySlice<UInt8>) throws(WireError) -> Result
    ) throws(WireError) -> Result {
        do throws(WireError) {
            return try parser(document.text[Int(node.textStart)..<Int(node.textEnd)])
        } catch {
            throw self.error(error.code, error.detail)
        }
    }
}

extension XMLDocument {
    /// Where a node is: `/IATA_AirShoppingRS/Response/OffersGroup`.
    ///
    /// Found from the root, so that only an error pays for it, and cut short where that would take long.
    func path(to target: Int) -> String {
        var path = ""
        var index = 0
        var steps = 0
        while path.utf8.count < 200 {
            path += "/" + safeName(names[Int(nodes[index].name)].local)
            guard index != target else { break }
            var child = index + 1
            while target >= Int(nodes[child].next), steps < 4096 {
                child = Int(nodes[child].next)
                steps += 1
            }
            guard steps < 4096 else { return path + "/…" }
            index = child
        }
        return path
    }
}
