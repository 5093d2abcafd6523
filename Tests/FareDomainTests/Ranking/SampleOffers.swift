import FareDomain

/// One flight of a sample offer, on 10 December 2026. Times are minutes since midnight UTC.
func segment(
    _ flight: String, _ origin: String = "LHR", _ destination: String = "JFK", departs: Int64 = 600, lasts: Int64 = 480,
    operatedBy: String? = nil, cabin: Cabin = .economy
) -> Segment {
    let start = LocalDate("2026-12-10")!.daysSinceEpoch
    func time(_ minutes: Int64) -> ZonedTime {
        Zone.utc.time(at: Timestamp(secondsSinceEpoch: Int64(start) * 86_400 + minutes * 60))
    }
    return Segment(
        origin: LocationCode(origin)!, destination: LocationCode(destination)!, departsAt: time(departs),
        arrivesAt: time(departs + lasts), marketingCarrier: CarrierCode(flight.prefix(2))!,
        flightNumber: String(flight.dropFirst(2)), operatingCarrier: operatedBy.flatMap { CarrierCode($0) },
        cabin: cabin)
}

/// A sample offer of one slice.
///
/// - Parameter id: also its provider's reference, unless that is given.
func offer(
    _ id: String, _ provider: String = "alpha", total: Int64 = 100_00, segments: [Segment] = [segment("BA175")],
    terms: FareTerms = FareTerms(), bookable: Bool = true, reference: String? = nil
) -> Offer {
    let money = Money(minorUnits: total, currency: Currency("GBP")!)
    let fare = ProviderOffer(
        provider: ProviderID(provider), reference: reference ?? id, payload: "",
        itinerary: Itinerary(slices: [Slice(segments: segments)!])!, total: money, terms: terms, holdable: true)
    return Offer(id: OfferID(id), fare: fare, comparableTotal: money, bookable: bookable)
}

/// `offer` with a change of plane in Dublin, which lasts `lasts` minutes in all.
func connecting(_ id: String, total: Int64 = 100_00, lasts: Int64 = 600) -> Offer {
    offer(
        id, total: total,
        segments: [
            segment("EI151", "LHR", "DUB", lasts: 80), segment("EI105", "DUB", "JFK", departs: 720, lasts: lasts - 120),
        ])
}
