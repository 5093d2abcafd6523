public import FareDomain
public import FarePorts

/// Everything known about trying to book one candidate: facts, from which the next step follows.
public struct Attempt: Sendable, Codable {
    /// Whether the provider keeps seats for us.
    public enum Hold: String, Sendable, Codable {
        case none
        /// A hold call's outcome is not known: there may be an order of ours that nobody wants.
        case unknown
        case live
        /// Released, refused, run out, or proven never to have been.
        case gone
    }

    /// Whether there is a ticket.
    public enum Ticket: String, Sendable, Codable {
        case none
        /// A ticketing call's outcome is not known: nothing else happens until it is.
        case unknown
        case ticketed
        /// Certain that there is none, and none can come.
        case refuted
    }

    /// What became of the money.
    public enum Money: String, Sendable, Codable {
        case none
        /// An authorize call's outcome is not known.
        case unknown
        case authorized
        case captured
        case voided
        /// Refused: nothing is reserved.
        case refused
    }

    /// How an attempt ended, as the receipt says it.
    public enum Outcome: String, Sendable, Codable {
        case ticketed
        case soldOut = "sold_out"
        case fareChanged = "fare_changed"
        case declined, error, unknown, skipped
    }

    /// Why an attempt was given up: from then on it is only undone.
    public struct Failure: Hashable, Sendable, Codable {
        public var outcome: Outcome
        public var step: Step
        public var detail: String
        /// The card's bank wants its holder to act.
        public var needsAction = false
    }

    /// Position among the attempts, from 1; part of every idempotency key.
    public let number: Int
    public let offerID: OfferID
    /// As last priced.
    public var offer: ProviderOffer
    /// The most that may be charged, in the offer's currency: the accepted total at the rate pinned at the start.
    public let limit: FareDomain.Money

    public var repriced = false
    public var hold = Hold.none
    public var ticket = Ticket.none
    public var money = Money.none
    public var order: ProviderOrder?
    public var payment: Payment?
    public var failure: Failure?
    /// Set while a ticketing step's outcome is being found out.
    var settling: Settling?
    /// How often looking for a lost hold came back with nothing.
    var holdSearch = NotFound()
    var tries: [String: Tries] = [:]

    init(number: Int, offerID: OfferID, offer: ProviderOffer, limit: FareDomain.Money) {
        self.number = number
        self.offerID = offerID
        self.offer = offer
        self.limit = limit
    }

    /// How it ended; nil while it is open.
    public var outcome: Outcome? {
        if let failure { return failure.outcome }
        return ticket == .ticketed && money == .captured ? .ticketed : nil
    }

    /// What is charged: the order's total, and never more than was accepted.
    public var charge: FareDomain.Money {
        let total = order?.total ?? offer.total
        return total.minorUnits <= limit.minorUnits ? total : limit
    }

    /// How often a step was tried, and when it may be tried again.
    struct Tries: Hashable, Sendable, Codable {
        /// Part of the key. Rises only after a definite answer.
        var number = 1
        /// Since the last change of number.
        var count = 0
        var notBefore: Timestamp?
    }

    /// The hunt for the outcome of a ticketing call.
    struct Settling: Hashable, Sendable, Codable {
        enum Stage: String, Sendable, Codable {
            /// By the order's id.
            case ask
            /// By what is known of the order, as its id is not.
            case find
            /// Still held: ticket it again, which can happen only once.
            case confirm
            /// Still held and not to be had: an accepted release proves that there is no ticket.
            case release
        }

        var stage: Stage
        var notFound = NotFound()
        var confirmedAgain = false
        /// Why the first call's outcome is not known.
        var cause: String
    }

    /// Answers of "not found" since a call ended. Only two of them, the last after the quarantine, prove anything.
    struct NotFound: Hashable, Sendable, Codable {
        var callEndedAt: Timestamp?
        var count = 0

        /// Counts one more, and tells whether that is proof.
        mutating func note(at now: Timestamp, quarantine: Duration) -> Bool {
            count += 1
            guard let callEndedAt else { return false }
            return count >= 2 && callEndedAt.advanced(by: quarantine) <= now
        }
    }

    subscript(step: Step) -> Tries {
        get { tries[step.rawValue] ?? Tries() }
        set { tries[step.rawValue] = newValue }
    }
}
