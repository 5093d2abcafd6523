public import FareDomain
import Synchronization

/// The offers that were shown lately, by id. Bounded: the oldest go first.
public final class OfferBook: Sendable {
    /// What looking an id up comes to.
    public enum Page: Sendable {
        case offer(ListedOffer)
        /// It was ours, or looks like it, and can't be had any more.
        case expired
        case unknown
    }

    private struct State {
        var offers: [OfferID: ListedOffer] = [:]
        var order: [OfferID] = []
        var oldest = 0
    }

    private let capacity: Int
    private let state = Mutex(State())

    /// - Parameter capacity: offers kept, at most.
    public init(capacity: Int) { self.capacity = max(capacity, 1) }

    /// Offers that can be looked up now; never more than the capacity.
    public var count: Int { state.withLock { $0.offers.count } }

    /// Takes offers in, or anew under the ids they have; forgets the oldest past the capacity.
    public func insert(_ offers: some Collection<ListedOffer>) {
        state.withLock { state in
            for offer in offers {
                if state.offers.updateValue(offer, forKey: offer.offer.id) == nil { state.order.append(offer.offer.id) }
            }
            // Places of evicted offers count as taken until their turn comes, so that neither list outgrows the
            // capacity.
            while state.order.count - state.oldest > capacity {
                state.offers[state.order[state.oldest]] = nil
                state.oldest += 1
            }
            if state.oldest > capacity {
                state.order.removeFirst(state.oldest)
                state.oldest = 0
            }
        }
    }

    /// Forgets an offer that can't be had any more.
    public func evict(_ id: OfferID) {
        state.withLock { $0.offers[id] = nil }
    }

    /// Nil for an offer that is not here, whether or not it has run out.
    subscript(id: OfferID) -> ListedOffer? { state.withLock { $0.offers[id] } }

    /// Looks an id up, as a caller sent it. One of the right shape that is not here was ours once, as far as anybody
    /// can tell.
    public func page(_ id: OfferID, at now: Timestamp) -> Page {
        guard let listed = self[id] else {
            return IdentifierSource.isShaped(id.rawValue, prefix: "ofr_") ? .expired : .unknown
        }
        if let expiry = listed.offer.fare.expiresAt, expiry <= now { return .expired }
        return .offer(listed)
    }
}

/// An offer, and for whom it was priced.
public struct ListedOffer: Sendable {
    public var offer: Offer
    public var query: SearchQuery
    /// What callers were shown, and so accept by booking it. Below the offer's total where the fare rose since.
    public var shownTotal: Money

    public init(offer: Offer, query: SearchQuery) {
        self.offer = offer
        self.query = query
        shownTotal = offer.fare.total
    }
}
