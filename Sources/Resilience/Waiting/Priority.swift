/// Who gives way where capacity is short.
///
/// A share of the capacity is reserved for preferred calls: ordinary ones may use at most the rest.
public enum Priority: Sendable {
    /// Many, and dispensable one by one: a search.
    case ordinary
    /// Few, and money depends on them: may use all the capacity, and goes first.
    case preferred
}

extension Int {
    /// What ordinary calls may use of this capacity; at least one.
    func withoutShare(_ reserved: Double) -> Int {
        // The tiny step keeps a product such as 0.29 * 100 = 28.999… from reserving one more than was said.
        let kept = (Double(self) * (1 - Swift.min(Swift.max(reserved, 0), 1)) + 1e-9).rounded(.down)
        return Swift.max(1, Int(kept))
    }
}
