public import FareDomain
public import FarePorts
public import Resilience

/// An offer that may be booked, and up to what price.
public struct Candidate: Sendable {
    public var offerID: OfferID
    public var offer: ProviderOffer
    /// The total in the currency of comparison.
    public var comparableTotal: Money
    /// The most that may be charged for it, in its own currency.
    public var limit: Money

    public init(offerID: OfferID, offer: ProviderOffer, comparableTotal: Money, limit: Money) {
        self.offerID = offerID
        self.offer = offer
        self.comparableTotal = comparableTotal
        self.limit = limit
    }
}

/// What the search behind a booking came to: for the receipt.
public struct SearchFacts: Sendable, Codable {
    public var providers: [ProviderReport]
    /// Offers that were compared.
    public var considered: Int
    public var rates: [RateUse]

    public init(providers: [ProviderReport], considered: Int, rates: [RateUse]) {
        self.providers = providers
        self.considered = considered
        self.rates = rates
    }
}

/// Everything that a new booking needs.
public struct BookingPlan: Sendable {
    public var id: BookingID
    public var terms: BookingTerms
    public var search: SearchFacts
    /// Cheapest first.
    public var candidates: [Candidate]
    /// A live total in the currency of comparison, at the rates of the search; nil without a rate.
    public var compare: @Sendable (Money) -> Money?
    /// Claimed by the engine's owner.
    public var key: IdempotencyKey?
    /// The terms' deadline on the monotonic clock.
    public var deadline: MonotonicInstant

    public init(
        id: BookingID, terms: BookingTerms, search: SearchFacts, candidates: [Candidate],
        compare: @escaping @Sendable (Money) -> Money?, key: IdempotencyKey?, deadline: MonotonicInstant
    ) {
        self.id = id
        self.terms = terms
        self.search = search
        self.candidates = candidates
        self.compare = compare
        self.key = key
        self.deadline = deadline
    }
}
