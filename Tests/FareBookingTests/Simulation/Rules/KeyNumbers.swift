import Resilience

/// How far the numbers in the gateway's idempotency keys have come, and whether they may rise.
struct KeyNumbers {
    private struct Number {
        var number: Int
        /// Until when a request under it may still arrive.
        var arrivesBy = MonotonicInstant(nanoseconds: .min)
        /// The gateway has heard of it, and answers the same for ever.
        var isSpent = false
        /// It is known what the gateway answers under this number for ever.
        var isAnswered = false
    }

    /// The last number of each attempt's step.
    private var last: [String: Number] = [:]

    /// A request is to be sent under a key, and may arrive until then.
    ///
    /// - Returns: what is wrong with the key; nil if it is the next one.
    mutating func use(_ key: String, at now: MonotonicInstant, arrivesBy: MonotonicInstant?) -> String? {
        guard let (name, number) = Self.split(key) else { return "the key \(key) has no number" }
        let last = last[name] ?? Number(number: number)
        // Taking and letting go happen once, whatever the key: there an owner that was paused may send what it had written
        // down, while another is further.
        if name.hasSuffix("/capture") || name.hasSuffix("/void") { return nil }
        let mayRise = last.isAnswered || last.arrivesBy < now
        guard number == last.number || (number == last.number + 1 && mayRise) else {
            return "the key \(key) follows number \(last.number), of which nothing definite is known"
        }
        self.last[name] = number == last.number ? last : Number(number: number)
        if let arrivesBy { self.last[name]?.arrivesBy = arrivesBy }
        return nil
    }

    /// A request was refused before it was sent: by then its number counts, unless a later one does.
    mutating func refuse(_ key: String, at now: MonotonicInstant) -> String? {
        guard let (name, number) = Self.split(key), number > last[name]?.number ?? 0 else { return nil }
        return use(key, at: now, arrivesBy: nil)
    }

    /// The gateway has heard of a key.
    mutating func arrive(_ key: String) {
        guard let (name, number) = Self.split(key), last[name]?.number == number else { return }
        last[name]?.isSpent = true
    }

    /// A call under a key has ended; what is lost of it may arrive until then.
    mutating func end(_ key: String, isDefinite: Bool, arrivesBy: MonotonicInstant) {
        guard let (name, number) = Self.split(key), last[name]?.number == number else { return }
        if isDefinite { last[name]?.isAnswered = true }
        last[name]?.arrivesBy = arrivesBy
    }

    /// Looking at a payment has shown what came of the calls for it.
    mutating func lookUp(_ reference: String) {
        for step in ["authorize", "capture", "void", "refund"] where last["\(reference)/\(step)"]?.isSpent == true {
            last["\(reference)/\(step)"]?.isAnswered = true
        }
    }

    private static func split(_ key: String) -> (name: String, number: Int)? {
        guard let slash = key.lastIndex(of: "/"), let number = Int(key[key.index(after: slash)...]) else { return nil }
        return (String(key[..<slash]), number)
    }
}
