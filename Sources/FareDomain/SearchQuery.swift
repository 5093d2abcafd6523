/// One leg that is asked for.
public struct QuerySlice: Hashable, Sendable {
    /// An airport or a city.
    public var origin: LocationCode
    public var destination: LocationCode
    public var departureDate: LocalDate

    public init(origin: LocationCode, destination: LocationCode, departureDate: LocalDate) {
        self.origin = origin
        self.destination = destination
        self.departureDate = departureDate
    }
}

/// What an offer must be to be listed. The default lets everything pass.
public struct OfferFilters: Hashable, Sendable {
    /// Changes of plane, at most, in each slice.
    public var maxStops: Int?
    /// Of each slice.
    public var maxDuration: Duration?
    /// If not empty: only flights marketed by these.
    public var carriers: Set<CarrierCode> = []
    public var excludedCarriers: Set<CarrierCode> = []
    /// Bags that must be included; an offer that doesn't say is out if this is above 0.
    public var checkedBags = 0
    /// Only fares known to be refundable.
    public var refundableOnly = false
    /// Local time of departure of each slice, in seconds since midnight: not before.
    public var departAfter: Int32?
    /// Local time of arrival of each slice, in seconds since midnight: not after.
    public var arriveBefore: Int32?

    public init() {}
}

/// How a list of offers is ordered. Every order ends in the same tie-break.
public enum OfferOrder: String, Sendable, CaseIterable {
    case price, duration, stops, best
}

/// A search, already known to be valid.
public struct SearchQuery: Hashable, Sendable {
    /// 1 to 6.
    public var slices: [QuerySlice]
    /// 1 to 9 with a seat, and no more infants than adults.
    public var passengers: [SearchedPassenger]
    public var cabin: Cabin
    /// What totals are compared in.
    public var currency: Currency
    public var filters: OfferFilters

    public init(
        slices: [QuerySlice], passengers: [SearchedPassenger], cabin: Cabin, currency: Currency,
        filters: OfferFilters = OfferFilters()
    ) {
        self.slices = slices
        self.passengers = passengers
        self.cabin = cabin
        self.currency = currency
        self.filters = filters
    }
}
