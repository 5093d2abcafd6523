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
            while state.offers.count > capacity, state.oldest < state.order.count {
                state.offers[state.order[state.oldest]] = nil
                state.oldest += 1
            }
            if state.oldest > capacity {
                state.order.removeFirst(state.oldest)
                state.oldest = 0
            }
        }
    }

    /// Looks an id up, as a caller sent it. One of the right shape that is not here was ours once, as far as anybody can tell.
    public func page(_ id: OfferID, at now: Timestamp) -> Page {
        guard let listed = state.withLock({ $0.offers[id] }) else {
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

    public init(offer: Offer, query: SearchQuery) {
        self.offer = offer
        self.query = query
    }
}
