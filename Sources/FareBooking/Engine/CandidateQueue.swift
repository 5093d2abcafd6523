import FareDomain

/// The candidates not tried yet, cheapest first, within the bounds of the policy.
struct CandidateQueue {
    private var waiting: [Candidate]
    private var tried: [ProviderID: Int] = [:]
    private var triedInAll = 0
    /// Offers that came back at a new price, which each may do once. They are no more than candidates that may be
    /// tried.
    private var returned: Set<OfferID> = []
    private let policy: BookingPolicy

    init(_ candidates: [Candidate], policy: BookingPolicy) {
        waiting = candidates
        self.policy = policy
    }

    /// Takes the cheapest that may still be tried.
    mutating func next() -> Candidate? {
        guard triedInAll < policy.attempts else { return nil }
        guard let index = nextIndex else { return nil }
        let candidate = waiting.remove(at: index)
        tried[candidate.offer.provider, default: 0] += 1
        triedInAll += 1
        return candidate
    }

    /// Whether nothing that is left is cheaper than `total`.
    func isCheapest(_ total: Money) -> Bool {
        guard triedInAll < policy.attempts, let index = nextIndex else { return true }
        return total.minorUnits <= waiting[index].comparableTotal.minorUnits
    }

    /// Whether a candidate whose fare moved may compete again; if so it waits at its new price.
    mutating func takeBack(_ candidate: Candidate, at total: Money, offer: ProviderOffer) -> Bool {
        guard returned.count < policy.attempts, returned.insert(candidate.offerID).inserted else { return false }
        tried[candidate.offer.provider, default: 1] -= 1
        triedInAll -= 1
        var candidate = candidate
        candidate.comparableTotal = total
        candidate.offer = offer
        let index = waiting.firstIndex { $0.comparableTotal.minorUnits > total.minorUnits } ?? waiting.endIndex
        waiting.insert(candidate, at: index)
        return true
    }

    /// A provider that did not answer has its other candidates tried after everybody else's.
    mutating func putLast(_ provider: ProviderID) {
        waiting = waiting.filter { $0.offer.provider != provider } + waiting.filter { $0.offer.provider == provider }
    }

    private var nextIndex: Int? {
        waiting.firstIndex { tried[$0.offer.provider, default: 0] < policy.attemptsPerProvider }
    }
}
