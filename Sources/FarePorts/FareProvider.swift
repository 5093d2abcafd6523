public import FareDomain
public import Resilience

/// Who is asking, and until when.
public struct CallContext: Sendable {
    /// When the caller stops waiting.
    public var deadline: MonotonicInstant
    /// What changes something is not sent after this, nor sent again.
    public var notAfter: MonotonicInstant
    /// Goes out as `X-Request-Id`, and into logs.
    public var requestID: String
    /// The W3C trace header to pass on.
    public var traceparent: String?

    /// - Parameter notAfter: the deadline, unless told otherwise.
    public init(
        deadline: MonotonicInstant, notAfter: MonotonicInstant? = nil, requestID: String, traceparent: String? = nil
    ) {
        self.deadline = deadline
        self.notAfter = notAfter ?? deadline
        self.requestID = requestID
        self.traceparent = traceparent
    }
}

/// What a dialect can and can't do; the booking goes by it.
public struct ProviderCapabilities: Hashable, Sendable {
    /// Orders can be found by our reference or by passenger, without knowing their id: `find` answers.
    ///
    /// Where it is false, an order is asked for by its id alone, so that the loss of the answer that creates one can't
    /// be settled by asking. A lost hold is left to its own time limit: the offer's, or the `holdFor` that was asked
    /// for.
    public var findsOrders: Bool
    /// A ticketed order can be cancelled through the API.
    public var cancelsTickets: Bool
    /// All orders of a span of time can be listed: `orders` answers.
    public var listsOrders: Bool

    public init(findsOrders: Bool, cancelsTickets: Bool, listsOrders: Bool = false) {
        self.findsOrders = findsOrders
        self.cancelsTickets = cancelsTickets
        self.listsOrders = listsOrders
    }

    /// Whether no step of booking an offer can leave a ticket behind that nobody can ask about.
    ///
    /// An offer that can be held is ticketed under an id that is known by then. One that must be ticketed at once has
    /// no id before the answer: only `find` can tell what became of it. What this refuses is searched, and booked only
    /// where the provider's configuration says `book_without_lookup`.
    ///
    /// - Parameter holdable: of the offer.
    public func settlesBooking(holdable: Bool) -> Bool { holdable || findsOrders }
}

/// Everything a booking needs from one booking API.
///
/// An adapter translates; it decides nothing. Each call's HTTP requests state their `Effect`, and
/// `ProviderError.outcome` tells whether the provider may have acted.
public protocol FareProvider: Sendable {
    var id: ProviderID { get }
    var capabilities: ProviderCapabilities { get }

    /// Offers for a query. No offers is an answer, not an error.
    func search(_ query: SearchQuery, context: CallContext) async throws(ProviderError) -> SearchAnswer

    /// The same offer at its live price, with the payload that a hold needs.
    func reprice(
        _ offer: ProviderOffer, for passengers: [Passenger], context: CallContext
    ) async throws(ProviderError) -> ProviderOffer

    /// Creates an unpaid order, which keeps the seats. Sent once.
    func hold(_ request: OrderRequest, context: CallContext) async throws(ProviderError) -> ProviderOrder

    /// Creates and tickets an order in one step, for an offer that can't be held. Sent once.
    func order(_ request: OrderRequest, context: CallContext) async throws(ProviderError) -> ProviderOrder

    /// Pays for and tickets a held order. Sent once. An order that is ticketed already is an answer, not an error.
    func confirm(_ order: ProviderOrder, context: CallContext) async throws(ProviderError) -> ProviderOrder

    /// Gives a held order back. "Already gone" is success.
    func release(_ order: ProviderOrder, context: CallContext) async throws(ProviderError)

    /// The order as the provider has it now.
    func status(of order: ProviderOrder, context: CallContext) async throws(ProviderError) -> ProviderOrder

    /// Orders that may be ours where no id is known. Throws `notSupported` where the dialect has no way to look.
    func find(_ search: OrderSearch, context: CallContext) async throws(ProviderError) -> [ProviderOrder]

    /// Every order of our account that was created in a span of time, whatever its state, in no particular order: for
    /// the comparison with our own books. Orders of other callers with the same account are among them.
    ///
    /// Times are the provider's, compared inclusively as finely as it tells them. An order that was asked for and is
    /// made later is listed once it is made. One that has ended may be missing where the provider forgets such.
    ///
    /// - Throws: `notSupported` where the dialect has no way to list; `tooMany` where a shorter span must be asked for;
    ///   `unreadable` where any order of the span can't be read. What is held or ticketed is never
    ///   left out silently.
    func orders(
        createdAfter: Timestamp, createdBefore: Timestamp, context: CallContext
    ) async throws(ProviderError) -> [ProviderOrder]

    /// What cancelling a ticketed order would give back. A fare without a refund is quoted a refund of nothing and a
    /// penalty of its total: it can be cancelled all the same.
    ///
    /// - Throws: `notCancellable` for an order that can't be ended, or has ended.
    func quoteCancellation(
        of order: ProviderOrder, context: CallContext
    ) async throws(ProviderError) -> CancellationQuote

    /// Cancels a ticketed order as quoted. Repeatable: "already cancelled" is success, with the refund that was given
    /// where the provider tells it, and else as quoted.
    ///
    /// - Throws: `quoteExpired`, not applied, where the quote doesn't hold any more.
    func cancel(
        _ order: ProviderOrder, as quote: CancellationQuote, context: CallContext
    ) async throws(ProviderError) -> CancellationQuote
}

/// One provider's answer to a search.
public struct SearchAnswer: Sendable {
    public var offers: [ProviderOffer]
    /// Offers left out, by reason: a field that matters was missing or wrong.
    public var dropped: [String: Int]
    /// Stated durations that differ from the instants. The instants are believed.
    public var durationMismatches: Int

    public init(offers: [ProviderOffer], dropped: [String: Int] = [:], durationMismatches: Int = 0) {
        self.offers = offers
        self.dropped = dropped
        self.durationMismatches = durationMismatches
    }
}

/// What is needed to create an order.
public struct OrderRequest: Sendable {
    /// As `reprice` returned it.
    public var offer: ProviderOffer
    public var passengers: [Passenger]
    /// Ours: stored with the order where the dialect has a place for it.
    public var reference: String
    /// How long the seats should be kept, where the dialect lets one ask.
    public var holdFor: Duration

    public init(offer: ProviderOffer, passengers: [Passenger], reference: String, holdFor: Duration) {
        self.offer = offer
        self.passengers = passengers
        self.reference = reference
        self.holdFor = holdFor
    }
}

/// An order at a provider.
public struct ProviderOrder: Hashable, Sendable, Codable {
    public enum State: String, Sendable, Codable {
        case held, ticketed, cancelled
    }

    /// The provider's id.
    public var id: String
    /// The record locator (PNR).
    public var locator: String
    public var state: State
    public var total: Money
    /// Until when a held order must be ticketed, where stated.
    public var ticketBy: Timestamp?
    public var priceGuaranteeExpiresAt: Timestamp?
    /// Ours, where the dialect carries it.
    public var reference: String?
    /// `LOVELACE/ADA`, in the order's own order.
    public var passengerNames: [String]
    public var createdAt: Timestamp?
    /// What the adapter needs to see again for this order: opaque to everyone else.
    public var payload: String

    public init(
        id: String, locator: String, state: State, total: Money, ticketBy: Timestamp? = nil,
        priceGuaranteeExpiresAt: Timestamp? = nil, reference: String? = nil, passengerNames: [String] = [],
        createdAt: Timestamp? = nil, payload: String = ""
    ) {
        self.id = id
        self.locator = locator
        self.state = state
        self.total = total
        self.ticketBy = ticketBy
        self.priceGuaranteeExpiresAt = priceGuaranteeExpiresAt
        self.reference = reference
        self.passengerNames = passengerNames
        self.createdAt = createdAt
        self.payload = payload
    }
}

/// What is known of an order whose id is not.
public struct OrderSearch: Sendable {
    public var reference: String
    public var passengers: [Passenger]
    public var itinerary: Itinerary
    /// Ours can't be older than this.
    public var createdAfter: Timestamp
    /// Nor younger than this, where that is known.
    public var createdBefore: Timestamp?

    public init(
        reference: String, passengers: [Passenger], itinerary: Itinerary, createdAfter: Timestamp,
        createdBefore: Timestamp? = nil
    ) {
        self.reference = reference
        self.passengers = passengers
        self.itinerary = itinerary
        self.createdAfter = createdAfter
        self.createdBefore = createdBefore
    }
}

/// What cancelling gives back.
public struct CancellationQuote: Hashable, Sendable, Codable {
    /// The provider's id of the quote, where it has one.
    public var id: String?
    public var refund: Money
    public var penalty: Money
    public var expiresAt: Timestamp?

    public init(id: String?, refund: Money, penalty: Money, expiresAt: Timestamp?) {
        self.id = id
        self.refund = refund
        self.penalty = penalty
        self.expiresAt = expiresAt
    }
}
