extension OfferFilters {
    /// Whether an offer may be listed.
    public func admits(_ offer: Offer) -> Bool { admits(offer.fare.itinerary, terms: offer.fare.terms) }

    /// Whether a journey at these terms may be listed.
    ///
    /// `carriers` looks at who markets a flight; `excludedCarriers` at who flies it too. The times of day are those of
    /// each slice's first departure and last arrival, on whatever day that is.
    public func admits(_ itinerary: Itinerary, terms: FareTerms) -> Bool {
        if refundableOnly, terms.refundable != .yes { return false }
        if checkedBags > 0, (terms.checkedBags ?? 0) < checkedBags { return false }
        return itinerary.slices.allSatisfy { slice in
            if let maxStops, slice.stops > maxStops { return false }
            if let maxDuration, slice.duration > maxDuration { return false }
            if let departAfter, slice.departsAt.local.secondOfDay < departAfter { return false }
            if let arriveBefore, slice.arrivesAt.local.secondOfDay > arriveBefore { return false }
            return slice.segments.allSatisfy(admits)
        }
    }

    private func admits(_ segment: Segment) -> Bool {
        if !carriers.isEmpty, !carriers.contains(segment.marketingCarrier) { return false }
        guard !excludedCarriers.isEmpty else { return true }
        return !excludedCarriers.contains(segment.marketingCarrier)
            && !(segment.operatingCarrier.map(excludedCarriers.contains) ?? false)
    }
}
