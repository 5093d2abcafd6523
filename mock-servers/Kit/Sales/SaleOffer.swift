import FareDomain

/// The terms one seller sells some flights on.
struct Fare: Sendable, Hashable {
    /// Unique among the fares of the same flights: `light` or `flex`.
    let code: String
    /// What the airline calls it: `Economy Light`.
    let brand: String
    let cabin: Cabin
    /// A booking class letter and more: `YLIGHT`.
    let basis: String
    let refundable: Bool
    /// Of the total, in percent, kept when it is refunded; 0 for a free refund. Meaningless where not refundable.
    let refundPenaltyPercent: Int
    let changeable: Bool
    let checkedBags: Int
    /// Whether it can be held before it is paid for.
    let holdable: Bool
    /// How long a hold lasts.
    let holdFor: Duration
    /// Whether a hold keeps the price as well as the seats.
    let guaranteesPrice: Bool
}

/// The price for one passenger of a type.
struct TravellerPrice: Sendable, Hashable {
    let traveller: TripQuery.Traveller
    let base: Money
    let taxes: Money
    let total: Money
}

/// One offer of one seller: flights, terms, and the price for everybody.
struct SaleOffer: Sendable, Hashable {
    /// The same for the same flights at the same terms, in every search of this seller.
    let key: String
    /// One connection a leg.
    let slices: [Connection]
    let fare: Fare
    /// One a passenger, in the order of the query.
    let prices: [TravellerPrice]
    let total: Money
    let base: Money
    let taxes: Money

    /// Who issues the ticket: the carrier of the first flight.
    var owner: Carrier { slices[0].flights[0].carrier }
    var flights: [Flight] { slices.flatMap(\.flights) }
}
