public import FareDomain
import FarePorts

/// A booking as a state machine: events change its facts, and from the facts alone follows what to do next.
///
/// Pure: no clock, no I/O. `decide` looks, `open`, `begin`, `finish` and `giveUp` change. Whoever runs it does what
/// `decide` says and reports what came of it.
public struct Saga: Sendable, Codable {
    /// A booking only ever turns from booking to undoing, never back.
    enum Direction: String, Sendable, Codable {
        case booking
        /// No new candidate and no new ticketing: what may have been ticketed is settled, the rest is undone.
        case undoing
    }

    public let id: BookingID
    public internal(set) var terms: BookingTerms
    var direction = Direction.booking
    public internal(set) var attempts: [Attempt] = []
    /// No further candidate may be tried: the card was refused, or the gateway can't be used.
    var stopped = false
    /// There is no further candidate to try.
    var exhausted = false
    /// The booking of the same trip that this one would have repeated.
    public internal(set) var duplicateOf: BookingID?
    /// Quotes asked for, and what became of them; nil while there was none.
    var cancellations: [Cancellation]?
    /// It failed, and was told so: what is found and undone later changes that no more.
    var hasFailed: Bool?
    /// A person should look.
    public internal(set) var needsAttention = false
    /// Written down before its call, and without a result so far.
    var inFlight: Command?
    /// When it was.
    var begunAt: Timestamp?
    /// Until when it may have been sent.
    var sentBy: SentBy?
    public let createdAt: Timestamp
    public internal(set) var updatedAt: Timestamp

    init(id: BookingID, terms: BookingTerms, createdAt: Timestamp) {
        self.id = id
        self.terms = terms
        self.createdAt = createdAt
        updatedAt = createdAt
    }

    /// The attempt that holds a ticket, or may, or held one.
    public var ticketing: Attempt? { attempts.last { [.ticketed, .unknown, .cancelled].contains($0.ticket) } }

    /// The attempt that is being worked towards a ticket.
    var openIndex: Int? {
        guard let last = attempts.indices.last, attempts[last].failure == nil, attempts[last].outcome == nil
        else { return nil }
        return last
    }

    /// Whether another candidate may be tried when no attempt is open.
    var mayOpen: Bool { direction == .booking && !stopped && !exhausted && ticketing == nil }

    /// Whether what names an attempt names one that there is: not so after damage alone.
    var isConsistent: Bool {
        let named = [inFlight?.attempt].compactMap(\.self) + (cancellations ?? []).map(\.attempt)
        return named.allSatisfy(attempts.indices.contains)
    }

    /// How a step is known to the provider or gateway: the same for every repetition, new for every number.
    func key(for command: Command) -> String {
        "\(id)/\(attempts[command.attempt].number)/\(command.step.rawValue)/\(command.number)"
    }

    /// What an attempt's order is known by, at the provider and at the gateway.
    func reference(of attempt: Attempt) -> String { "\(id)/\(attempt.number)" }

    /// What the refund that is at work is known by at the gateway: one that failed is not taken for its successor.
    func refundReference(of attempt: Attempt) -> String {
        "\(reference(of: attempt))/refund/\(attempt[.refund].number)"
    }
}

/// The last instant at which a call may have been sent, on the clock of one run of a machine.
struct SentBy: Hashable, Sendable, Codable {
    /// Which run: monotonic clocks of two can't be compared.
    var boot: String
    var nanoseconds: Int64

    init(boot: String, nanoseconds: Int64) {
        self.boot = boot
        self.nanoseconds = nanoseconds
    }
}

/// A call whose outcome is not known.
struct CallInDoubt: Sendable {
    /// Nil for the gateway.
    var provider: ProviderID?
    /// Nil where it is not known.
    var sentBy: SentBy?
}

/// Where a booking is, as the outside sees it.
public enum BookingStatus: String, Sendable {
    case pending, ticketed, failed
    /// The ticket is being given back, or the money.
    case cancelling
    case cancelled

    /// Whether there is something to tell a caller who waits.
    public var isDecided: Bool { self != .pending && self != .cancelling }
}

/// Why a booking came to nothing.
public enum BookingVerdict: String, Sendable {
    case declined
    case actionRequired = "action_required"
    /// Some candidate failed for another reason than being gone or dearer.
    case allCandidatesFailed = "all_candidates_failed"
    case fareChanged = "fare_changed"
    case soldOut = "sold_out"
    /// The same passengers on the same flights are booked already.
    case duplicate
}

extension Saga {
    public var status: BookingStatus {
        if let cancellation { return cancellation.status == .cancelled ? .cancelled : .cancelling }
        if hasFailed == true { return .failed }
        if attempts.contains(where: { $0.outcome == .ticketed }) { return .ticketed }
        if openIndex != nil || mayOpen || ticketing != nil { return .pending }
        return attempts.contains(where: \.isLopsided) ? .pending : .failed
    }

    /// Why it failed. Nil unless it did.
    public var verdict: BookingVerdict? {
        guard status == .failed else { return nil }
        if attempts.last?.failure?.outcome == .skipped, stopped { return .duplicate }
        let failures = attempts.compactMap(\.failure)
        if let declined = failures.last(where: { $0.outcome == .declined }) {
            return declined.needsAction ? .actionRequired : .declined
        }
        // An offer that came back at a new price is judged by its last attempt.
        let last = Dictionary(attempts.map { ($0.offerID, $0.failure?.outcome) }) { _, later in later }
        let outcomes = Set(last.values.compactMap(\.self))
        if outcomes.isEmpty || !outcomes.isDisjoint(with: [.error, .unknown, .skipped]) { return .allCandidatesFailed }
        return outcomes.contains(.fareChanged) ? .fareChanged : .soldOut
    }
}
