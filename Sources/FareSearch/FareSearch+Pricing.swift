public import FareDomain
public import FarePorts

/// What asking for an offer's live price came to.
public enum Pricing: Sendable {
    /// No dearer than it was shown; from now on it is shown so.
    case asShown(Offer)
    /// Dearer than the total it was shown at: whoever books it must accept that first.
    case rose(from: Money, Offer)
    case soldOut
    /// The provider does not have the offer any more, or no longer in the currency it was shown in.
    case expired
    /// The provider refused or could not be asked.
    case failed(ProviderError)
}

extension FareSearch {
    /// Asks an offer's provider for the live price, and keeps the offer book by its answer: a fare that moved is listed
    /// at its new price, one that can't be had is forgotten.
    ///
    /// Cancelling the task abandons the call.
    /// - Parameter passengers: none where only the price is asked for.
    public func price(_ listed: ListedOffer, for passengers: [Passenger], context: CallContext) async -> Pricing {
        guard let provider = providers.first(where: { $0.id == listed.offer.fare.provider }) else {
            book.evict(listed.offer.id)
            return .expired
        }
        do throws(ProviderError) {
            return relist(try await provider.reprice(listed.offer.fare, for: passengers, context: context), for: listed)
        } catch {
            switch error.code {
            case .soldOut:
                book.evict(listed.offer.id)
                return .soldOut
            case .fareChanged:
                guard let total = error.newTotal else { return .failed(error) }
                var fare = listed.offer.fare
                fare.total = total
                return relist(fare, for: listed)
            case .offerExpired:
                book.evict(listed.offer.id)
                return .expired
            default: return .failed(error)
            }
        }
    }

    /// Lists an offer at the price that its provider now has for it, if it is still listed at all.
    public func relist(_ fare: ProviderOffer, as id: OfferID) {
        if let listed = book[id] { _ = relist(fare, for: listed) }
    }

    private func relist(_ fare: ProviderOffer, for listed: ListedOffer) -> Pricing {
        let shown = listed.shownTotal
        guard fare.total.currency == shown.currency,
            let comparable = convert(fare.total, to: listed.offer.comparableTotal.currency)
        else {
            book.evict(listed.offer.id)
            return .expired
        }
        var live = listed
        live.offer.fare = fare
        live.offer.comparableTotal = comparable
        live.offer.bookable = isBookable(fare, at: clock.timestamp)
        let rose = fare.total.minorUnits > shown.minorUnits
        if !rose { live.shownTotal = fare.total }
        book.insert([live])
        return rose ? .rose(from: shown, live.offer) : .asShown(live.offer)
    }

    /// Whether an order for it may be made here: it has not run out, and its provider can be asked what became of it.
    func isBookable(_ fare: ProviderOffer, at now: Timestamp) -> Bool {
        let isLive = fare.expiresAt.map { $0 > now } ?? true
        return isLive
            && providers.contains { provider in
                provider.id == fare.provider
                    && (provider.capabilities.settlesBooking(holdable: fare.holdable)
                        || booksWithoutLookup.contains(provider.id))
            }
    }
}
