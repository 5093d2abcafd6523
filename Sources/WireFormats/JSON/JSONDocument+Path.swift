extension JSONDocument {
    /// Where a node is, from the root: `$.data.offers[3].total_amount`.
    ///
    /// Found by walking down from the root, so that only an error pays for it, and cut short where that would take
    /// long. Keys come from outside: they are cut to what is safe in a log.
    func path(to target: Int) -> String {
        var path = "$"
        var index = 0
        var steps = 0
        while index != target, path.utf8.count < 200 {
            guard let child = child(of: index, holding: target, steps: &steps) else { return path + "…" }
            path += child.step
            index = child.index
        }
        return path
    }

    /// The child of a container that `target` is, or is in. Nil after 4096 steps in all.
    private func child(of index: Int, holding target: Int, steps: inout Int) -> (index: Int, step: String)? {
        let record = node(index)
        let isObject = record.kind == .object
        var child = index + 1
        var position = 0
        while child < record.next, steps < 4096 {
            let value = isObject ? child + 1 : child
            let next = node(value).next
            if target < next {
                return (value, isObject ? "." + safeName(text(of: node(child))) : "[\(position)]")
            }
            child = next
            position += 1
            steps += 1
        }
        return nil
    }
}

/// A name fit for a log: 40 characters at most, letters, digits and a few signs; anything else shows as `?`.
func safeName(_ name: some StringProtocol) -> String {
    let signs = "_-:/.@$".unicodeScalars
    let safe = name.unicodeScalars.prefix(40).map { scalar in
        let isPlain = scalar.isASCII && (scalar.properties.isAlphabetic || scalar.properties.numericType != nil)
        return isPlain || signs.contains(scalar) ? Character(scalar) : "?"
    }
    return String(safe)
}
