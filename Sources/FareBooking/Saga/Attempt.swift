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
        /// The provider would not take it back: it must be asked why.
        case disputed
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
        /// There was one, and the airline took it back.
        case cancelled
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
        /// Captured, and given back as far as it was due.
        case refunded
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
        /// The offer's time was over: it is not that others took the seats.
        public var isExpired: Bool?
    }

    /// Position among the attempts, from 1; part of every idempotency key.
    public let number: Int
    public let offerID: OfferID
    /// As last priced.
    public var offer: ProviderOffer
    /// The most that may be charged, in the offer's currency: the accepted total at the rate pinned at the start.
    public let limit: FareDomain.Money

    var repriced = false
    public var hold = Hold.none
    public var ticket = Ticket.none
    public var money = Money.none
    public var order: ProviderOrder?
    public var payment: Payment?
    /// What was asked for when the money was reserved. A repetition under the same key must ask for the same.
    var reserved: FareDomain.Money?
    /// When our own hold ends. The provider's, which may live longer, is in the order.
    var confirmBy: Timestamp?
    public var failure: Failure?
    /// Set while a ticketing step's outcome is being found out.
    var settling: Settling?
    /// Set while a lost hold is looked for.
    var holdSearch: NotFound?
    /// When the call ended that made the order, where its answer was lost and the order was looked for.
    var foundAfter: Timestamp?
    /// When a call ended whose order was given up as never made, because it was not found: should it appear after all.
    var vanishedAt: Timestamp?
    /// The provider's own; the policy's where nil.
    var quarantine: Duration?
    /// What amounts at the gateway are multiples of, in minor units; any where nil.
    var amountStep: Int64?
    /// Set while the outcome of a call to the gateway is not known.
    var moneyDoubt: MoneyDoubt?
    /// What is to be given back of what was captured.
    var refundDue: FareDomain.Money?
    /// Of that, what somebody else gave back already: by hand, in the gateway's own pages.
    var refundedByOthers: FareDomain.Money?
    /// The refund that was asked for last. It may be pending for days, and may fail.
    var refund: Refund?
    var tries: [String: Tries] = [:]

    init(
        number: Int, offerID: OfferID, offer: ProviderOffer, limit: FareDomain.Money, quarantine: Duration? = nil,
        amountStep: Int64? = nil
    ) {
        self.number = number
        self.offerID = offerID
        self.offer = offer
        self.limit = limit
        self.quarantine = quarantine
        self.amountStep = amountStep
    }

    /// How it ended; nil while it is open.
    public var outcome: Outcome? {
        if let failure { return failure.outcome }
        return ticket == .cancelled || ticket == .ticketed && money == .captured ? .ticketed : nil
    }

    /// What is charged: the order's total, as far as the gateway can take it, and never more than was accepted or is
    /// reserved.
    public var charge: FareDomain.Money {
        var total = offer.total
        if let order, order.total.currency == limit.currency { total = order.total }
        return payable([total, limit, reserved ?? limit].min { $0.minorUnits < $1.minorUnits } ?? limit)
    }

    /// As much of an amount as the gateway can take.
    func payable(_ amount: FareDomain.Money) -> FareDomain.Money {
        amount.rounded(.down, toMultipleOf: amountStep ?? 1)
    }

    /// Whether `total` is no more than was accepted.
    func allows(_ total: FareDomain.Money) -> Bool {
        total.currency == limit.currency && total.minorUnits <= limit.minorUnits
    }

    /// Whether the seats are not kept any more, by our limit or by the provider's.
    func holdIsOver(at now: Timestamp) -> Bool {
        [confirmBy, order?.ticketBy].contains { $0.map { $0 <= now } ?? false }
    }

    /// Ticketed, although only a hold was asked for.
    var isStrayTicket: Bool { failure != nil && ticket != .ticketed && order?.state == .ticketed && hold != .gone }

    /// Whether money may be out that no ticket is for, or a ticket that no money is for.
    var isLopsided: Bool {
        money == .authorized || money == .unknown || isStrayTicket || (failure != nil && owesRefund)
    }

    /// What the gateway is asked to give back.
    var refundToAsk: FareDomain.Money? {
        guard let refundDue, let refundedByOthers else { return refundDue }
        return try? refundDue.subtracting(refundedByOthers)
    }

    /// Whether captured money is still to be given back.
    var owesRefund: Bool { money == .captured && (refundDue?.minorUnits ?? 0) > 0 }

    /// How often a step was tried, and when it may be tried again.
    struct Tries: Hashable, Sendable, Codable {
        /// Part of the key. Rises only after a definite answer.
        var number = 1
        /// Failures so far: what the pauses grow with.
        var count = 0
        var notBefore: Timestamp?
        /// When a call under this number was first written down: a key is not remembered for ever.
        var firstAt: Timestamp?
    }

    /// A call to the gateway whose outcome is not known.
    struct MoneyDoubt: Hashable, Sendable, Codable {
        var step: Step
        /// How often the same was sent under the same key, without a definite answer.
        var sent = 1
        /// Whether the gateway keeps a failure under the key, so that only a new one gets past it.
        var isStored: Bool?
        /// Answers that there is no such payment or refund.
        var notFound: NotFound
    }

    /// The hunt for the outcome of a ticketing call.
    struct Settling: Hashable, Sendable, Codable {
        enum Stage: String, Sendable, Codable {
            /// By the order's id.
            case ask
            /// By what is known of the order, as its id is not.
            case find
            /// Still held: to be ticketed again, which can happen only once; or to be released, which proves that there
            /// is no ticket.
            case held
        }

        var stage: Stage
        var notFound: NotFound
        var confirmedAgain = false
        /// When a release ended whose outcome is not known: it may be heard yet, and would take a ticket back.
        var releaseEndedAt: Timestamp?
        var releaseSentBy: SentBy?
        /// Why the first call's outcome is not known.
        var cause: String
    }

    /// Answers of "not found" since a call ended. Only two of them, the last after the quarantine, prove anything.
    struct NotFound: Hashable, Sendable, Codable {
        /// By the civil clock of whoever owns the booking.
        var callEndedAt: Timestamp
        /// When the call was sent at the latest, which the next owner can tell too.
        var sentBy: SentBy?
        var count = 0

        /// Counts one more, and tells whether that is proof.
        ///
        /// - Parameter asked: when the question was put. When it was answered says nothing: the call may have had its
        ///   effect in between.
        mutating func note(asked: Timestamp, quarantine: Duration) -> Bool {
            count += 1
            return count >= 2 && callEndedAt.advanced(by: quarantine) <= asked
        }
    }

    /// When the call that may have created an order ended, where it has no answer.
    var creationEndedAt: Timestamp? {
        vanishedAt ?? foundAfter ?? holdSearch?.callEndedAt ?? (order == nil ? settling?.notFound.callEndedAt : nil)
    }

    subscript(step: Step) -> Tries {
        get { tries[step.rawValue] ?? Tries() }
        set { tries[step.rawValue] = newValue }
    }
}
