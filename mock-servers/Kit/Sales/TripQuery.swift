import FareDomain

/// What a search of any dialect asks for, in words that can be kept in a state file.
struct TripQuery: Codable, Hashable, Sendable {
    /// One way, from a place to another, on a day.
    struct Leg: Codable, Hashable, Sendable {
        /// An airport or a city.
        var origin: String
        var destination: String
        /// Days since 1970-01-01.
        var day: Int32

        init(origin: String, destination: String, date: LocalDate) {
            self.origin = origin
            self.destination = destination
            day = date.daysSinceEpoch
        }

        var date: LocalDate { LocalDate(daysSinceEpoch: day) }
    }

    /// How a passenger is priced.
    enum Traveller: String, Codable, Hashable, Sendable, CaseIterable {
        case adult, child, infant
    }

    /// 1 to 6.
    var legs: [Leg]
    /// In the order of the request.
    var travellers: [Traveller]
    /// The raw value of the domain's `Cabin`.
    var cabinName: String
    /// The currency that prices are asked in; nil for the seller's own.
    var currencyCode: String?
    /// Changes of plane, at most, in each leg; nil for any.
    var maxStops: Int?

    init(
        legs: [Leg], travellers: [Traveller], cabin: Cabin, currencyCode: String? = nil, maxStops: Int? = nil
    ) {
        self.legs = legs
        self.travellers = travellers
        cabinName = cabin.rawValue
        self.currencyCode = currencyCode
        self.maxStops = maxStops
    }

    var cabin: Cabin { Cabin(rawValue: cabinName) ?? .economy }
    /// Passengers that take a seat: all but infants.
    var seats: Int { travellers.count { $0 != .infant } }
}
