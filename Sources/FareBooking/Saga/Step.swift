import FareDomain
import FarePorts

/// One call that a booking makes to the outside.
public enum Step: String, Sendable, Codable, CaseIterable {
    /// Asks for the live price.
    case reprice
    /// Keeps the seats.
    case hold
    /// Reserves the money.
    case authorize
    /// Tickets a held order.
    case confirm
    /// Creates and tickets an order at once.
    case order
    /// Takes the money.
    case capture
    /// Looks for an order whose id is not known.
    case find
    /// Asks for an order by its id.
    case status
    /// Gives held seats back.
    case release
    /// Has the airline take a ticket back: as the caller wants, or because it can't be paid for.
    case cancel
    /// Lets reserved money go.
    case void
    /// Gives captured money back.
    case refund
    /// Looks at what became of a payment or refund whose call had no clear answer.
    case lookup
    /// Asks how far a refund is.
    case follow

    /// Whether the step only reads: it need not be in the journal before it is on the wire.
    var isRead: Bool {
        switch self {
        case .reprice, .find, .status, .lookup, .follow: true
        default: false
        }
    }

    /// Whether the step is the gateway's, and not a provider's.
    var isMoney: Bool {
        switch self {
        case .authorize, .capture, .void, .refund, .lookup, .follow: true
        default: false
        }
    }

    /// Whether the step goes towards a ticket: it is not begun after the deadline.
    var isForward: Bool {
        switch self {
        case .reprice, .hold, .authorize, .confirm, .order: true
        default: false
        }
    }
}

/// One step of one attempt, numbered: the number is part of the idempotency key and rises only after a definite answer.
struct Command: Hashable, Sendable, Codable {
    /// Index into the saga's attempts.
    let attempt: Int
    let step: Step
    let number: Int

    init(attempt: Int, step: Step, number: Int) {
        self.attempt = attempt
        self.step = step
        self.number = number
    }
}

/// What a step's call came to.
enum StepResult: Sendable {
    /// `reprice`: the offer at its live price, and whether it is still the cheapest of those left.
    case repriced(ProviderOffer, stillCheapest: Bool)
    /// `hold`, `confirm`, `order`, `status`: the order as the provider has it now.
    case order(ProviderOrder)
    /// `find`: the orders that are ours. Empty if none was found.
    case found([ProviderOrder])
    /// `release`, `cancel`: it is given back, or was already.
    case released
    /// `authorize`, `capture`, `void`, `lookup`: the payment as the gateway has it now.
    case payment(Payment)
    /// `refund`, `follow`, `lookup`: the refund as the gateway has it now.
    case refund(Refund)
    /// Certainly not done.
    case failed(StepFailure)
    /// Done or not: only asking tells.
    case unknown(StepFailure)
}

extension StepResult {
    /// Whether the peer gave no clear answer: none, a broken one, or one about itself.
    var isUnclear: Bool {
        switch self {
        case .unknown: true
        case .failed(let failure): [.unclear, .stored, .notSent].contains(failure.reason)
        default: false
        }
    }
}

/// Why a step was not done, in the words that the booking goes by.
struct StepFailure: Hashable, Sendable, Codable {
    enum Reason: String, Sendable, Codable {
        case soldOut = "sold_out"
        case fareChanged = "fare_changed"
        case expired
        case notFound = "not_found"
        /// The card is refused.
        case declined
        /// The order or payment is not in a state for this step.
        case wrongState = "wrong_state"
        /// The peer refused for another reason.
        case refused
        /// No call was made, no connection, or our credentials were refused: trying the same again is safe.
        case notSent = "not_sent"
        /// There is no way to make this call.
        case notSupported = "not_supported"
        /// A 5xx, a lost reply, an unreadable answer.
        case unclear
        /// Unclear, and kept under its key: asking again under it says the same.
        case stored
    }

    var reason: Reason
    /// Safe to log and to show.
    var detail: String

    init(_ reason: Reason, _ detail: String) {
        self.reason = reason
        self.detail = detail
    }
}
