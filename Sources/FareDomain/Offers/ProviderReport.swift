/// How one provider did in one search.
public struct ProviderReport: Hashable, Sendable, Codable {
    /// What became of the call.
    public enum Status: String, Sendable, Codable {
        case ok
        /// It answered, and has nothing.
        case empty
        case timeout
        case circuitOpen = "circuit_open"
        case rateLimited = "rate_limited"
        case error
    }

    public var provider: ProviderID
    public var status: Status
    /// Offers in the common model, before filters.
    public var offers: Int
    public var latency: Duration
    public var cached: Bool
    /// Of a cached answer.
    public var age: Duration
    /// For people: why it failed, or what was left out.
    public var detail: String?

    public init(
        provider: ProviderID, status: Status, offers: Int = 0, latency: Duration, cached: Bool = false,
        age: Duration = .zero, detail: String? = nil
    ) {
        self.provider = provider
        self.status = status
        self.offers = offers
        self.latency = latency
        self.cached = cached
        self.age = age
        self.detail = detail
    }

    /// Whether the provider gave an answer at all.
    public var answered: Bool { status == .ok || status == .empty }
}

/// A rate that a comparison or an acceptance went by.
public struct RateUse: Hashable, Sendable, Codable {
    public var from: Currency
    public var to: Currency
    /// Decimal text: one `from` is so many `to`.
    public var rate: String
    public var asOf: LocalDate

    public init(from: Currency, to: Currency, rate: String, asOf: LocalDate) {
        self.from = from
        self.to = to
        self.rate = rate
        self.asOf = asOf
    }
}
