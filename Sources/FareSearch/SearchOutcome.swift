public import FareDomain
public import Resilience

/// What a search came to.
public struct SearchOutcome: Sendable {
    public var id: String
    public var currency: Currency
    /// Everything that passed the filters, one entry for each provider that sells it, cheapest first.
    public var listings: [Offer]
    /// The listings with the same flights folded into the cheapest of them, in the order that was asked for.
    public var offers: [Offer]
    /// One a provider, in the order of their ids.
    public var reports: [ProviderReport]
    public var rates: [RateUse]

    /// Whether every provider answered.
    public var isComplete: Bool { reports.allSatisfy(\.answered) }
    /// Whether any did.
    public var isAnswered: Bool { reports.contains(where: \.answered) }
}

/// How a search is to be done.
public struct SearchOptions: Sendable {
    /// When to answer with what there is.
    public var deadline: MonotonicInstant
    /// How long to wait for the others once one has answered; nil: until the deadline.
    public var settle: Duration?
    public var order: OfferOrder
    public var requestID: String
    public var traceparent: String?

    public init(
        deadline: MonotonicInstant, settle: Duration? = nil, order: OfferOrder = .price, requestID: String,
        traceparent: String? = nil
    ) {
        self.deadline = deadline
        self.settle = settle
        self.order = order
        self.requestID = requestID
        self.traceparent = traceparent
    }
}
