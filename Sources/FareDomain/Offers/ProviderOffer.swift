/// Something a fare allows, forbids, or doesn't say.
public enum Permission: String, Sendable, Codable {
    case yes, no, unknown
}

/// What a fare comes with.
public struct FareTerms: Hashable, Sendable, Codable {
    /// The airline's name of the fare: `Economy Light`.
    public var brand: String?
    public var refundable: Permission
    public var changeable: Permission
    /// Checked bags included for each adult; nil where the provider doesn't say.
    public var checkedBags: Int?
    /// What a refund before departure costs, where stated.
    public var refundPenalty: Money?

    public init(
        brand: String? = nil, refundable: Permission = .unknown, changeable: Permission = .unknown,
        checkedBags: Int? = nil, refundPenalty: Money? = nil
    ) {
        self.brand = brand
        self.refundable = refundable
        self.changeable = changeable
        self.checkedBags = checkedBags
        self.refundPenalty = refundPenalty
    }
}

/// One offer as a provider sells it, in the common model.
public struct ProviderOffer: Hashable, Sendable, Codable {
    public var provider: ProviderID
    /// The provider's own id of the offer. Unique in one answer of one provider.
    public var reference: String
    /// What the provider's adapter needs to see again to price and book this offer: opaque to everyone else.
    public var payload: String
    public var itinerary: Itinerary
    /// For all passengers, taxes and fees included: what will be charged.
    public var total: Money
    public var base: Money?
    public var taxes: Money?
    public var terms: FareTerms
    /// Whether it can be held before it is paid for. If not, it is ordered and ticketed in one step.
    public var holdable: Bool
    /// When the offer can no longer be booked, where stated.
    public var expiresAt: Timestamp?
    /// Until when a hold keeps its price, where stated. A hold without one keeps the seats only.
    public var priceGuaranteeExpiresAt: Timestamp?

    public init(
        provider: ProviderID, reference: String, payload: String, itinerary: Itinerary, total: Money,
        base: Money? = nil, taxes: Money? = nil, terms: FareTerms = FareTerms(), holdable: Bool,
        expiresAt: Timestamp? = nil, priceGuaranteeExpiresAt: Timestamp? = nil
    ) {
        self.provider = provider
        self.reference = reference
        self.payload = payload
        self.itinerary = itinerary
        self.total = total
        self.base = base
        self.taxes = taxes
        self.terms = terms
        self.holdable = holdable
        self.expiresAt = expiresAt
        self.priceGuaranteeExpiresAt = priceGuaranteeExpiresAt
    }
}

/// A provider's offer in the line of all of them: priced in the currency that was asked for, and under our own id.
public struct Offer: Hashable, Sendable {
    public let id: OfferID
    public var fare: ProviderOffer
    /// The total in the currency of the search, for comparing; what is charged is `fare.total`.
    public var comparableTotal: Money
    /// Whether it can be booked here: it has not run out, and its provider can be asked what became of an order.
    public var bookable: Bool
    /// The same flights at the same terms from others, cheapest first.
    public var alsoSoldBy: [Resale]

    public init(
        id: OfferID, fare: ProviderOffer, comparableTotal: Money, bookable: Bool = true, alsoSoldBy: [Resale] = []
    ) {
        self.id = id
        self.fare = fare
        self.comparableTotal = comparableTotal
        self.bookable = bookable
        self.alsoSoldBy = alsoSoldBy
    }

    /// Another provider's offer of the same flights.
    public struct Resale: Hashable, Sendable {
        public let provider: ProviderID
        public let offerID: OfferID
        public let total: Money

        public init(provider: ProviderID, offerID: OfferID, total: Money) {
            self.provider = provider
            self.offerID = offerID
            self.total = total
        }
    }
}
