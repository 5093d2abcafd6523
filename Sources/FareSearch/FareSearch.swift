public import FareDomain
public import FarePorts
public import Resilience

/// Asks all providers at once, and makes one list of their answers.
public final class FareSearch: Sendable {
    let providers: [any FareProvider]
    private let rates: ExchangeRates?
    let clock: any MonotonicClock & WallClock
    private let identifiers: IdentifierSource
    /// The offers that were shown.
    public let book: OfferBook
    let booksWithoutLookup: Set<ProviderID>

    /// - Parameters:
    ///   - rates: for comparing across currencies; without them only offers in the search's currency are listed.
    ///   - booksWithoutLookup: providers whose instant offers are booked although a lost order can't be looked for.
    public init(
        providers: [any FareProvider], rates: ExchangeRates?, book: OfferBook, clock: any MonotonicClock & WallClock,
        identifiers: IdentifierSource, booksWithoutLookup: Set<ProviderID> = []
    ) {
        self.providers = providers.sorted { $0.id < $1.id }
        self.rates = rates
        self.book = book
        self.clock = clock
        self.identifiers = identifiers
        self.booksWithoutLookup = booksWithoutLookup
    }

    /// Searches. A provider that fails or is late costs only itself.
    ///
    /// Cancelling the task abandons the calls and returns what there is.
    /// - Parameter onReport: called as each provider has answered or failed.
    public func search(
        _ query: SearchQuery, options: SearchOptions, onReport: @Sendable (ProviderReport) -> Void = { _ in }
    ) async -> SearchOutcome {
        let answers = await fanOut(query, options: options, onReport: onReport)
        let listed = list(answers.values.compactMap(\.answer), for: query)
        let listings = Ranking.sorted(listed.offers, by: .price)
        let offers = Ranking.sorted(Deduplication.fold(listings), by: options.order)
        // Folded offers know who else sells them: those entries are the ones to show by id.
        book.insert(listings.map { ListedOffer(offer: $0, query: query) })
        book.insert(offers.map { ListedOffer(offer: $0, query: query) })
        return SearchOutcome(
            id: identifiers.search(), currency: query.currency, listings: listings, offers: offers,
            reports: answers.values.map(\.report).sorted { $0.provider < $1.provider }
                .map { listed.explain($0) },
            rates: listed.rates)
    }

    /// A total in another currency at the rates it was made with, rounded up. Nil without a rate.
    public func convert(_ total: Money, to currency: Currency) -> Money? {
        if total.currency == currency { return total }
        return try? rates?.convert(total, to: currency, rounding: .up)
    }

    /// The most of `currency` that comes to no more than `accepted` by `convert`. Nil without a rate.
    public func limit(_ accepted: Money, in currency: Currency) -> Money? {
        if accepted.currency == currency { return accepted }
        // An amount comes to no more than `accepted` exactly if it is no more than `accepted` is worth: the ratios are
        // exact, and each conversion rounds once.
        return try? rates?.convert(accepted, to: currency, rounding: .down)
    }

    /// The rate between two currencies, for receipts.
    public func rate(from: Currency, to: Currency) -> RateUse? {
        guard let rates, from != to, let rate = rates.rate(from: from, to: to) else { return nil }
        return RateUse(from: from, to: to, rate: rate, asOf: rates.asOf)
    }

    private func list(_ answers: [SearchAnswer], for query: SearchQuery) -> Listing {
        var listing = Listing()
        let now = clock.timestamp
        for fare in answers.lazy.flatMap(\.offers) {
            guard let comparable = convert(fare.total, to: query.currency) else {
                listing.leaveOut(fare.provider, "no rate for \(fare.total.currency)")
                continue
            }
            guard query.filters.admits(fare.itinerary, terms: fare.terms) else {
                continue
            }
            listing.offers.append(
                Offer(
                    id: identifiers.offer(), fare: fare, comparableTotal: comparable,
                    bookable: isBookable(fare, at: now)))
            if let use = rate(from: fare.total.currency, to: query.currency), !listing.rates.contains(use) {
                listing.rates.append(use)
            }
        }
        return listing
    }
}

/// Offers in one currency, and why others are not among them.
private struct Listing {
    var offers: [Offer] = []
    var rates: [RateUse] = []
    private var leftOut: [ProviderID: [String: Int]] = [:]

    mutating func leaveOut(_ provider: ProviderID, _ reason: String) {
        leftOut[provider, default: [:]][reason, default: 0] += 1
    }

    /// The report with what was left out in its detail.
    func explain(_ report: ProviderReport) -> ProviderReport {
        guard let reasons = leftOut[report.provider] else { return report }
        var report = report
        let words = reasons.sorted { $0.key < $1.key }.map { "\($0.value) left out: \($0.key)" }
        report.detail = ([report.detail].compactMap(\.self) + words).joined(separator: "; ")
        return report
    }
}
