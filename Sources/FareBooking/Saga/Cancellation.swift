public import FareDomain
public import FarePorts

/// One wish to cancel a ticketed booking: quoted first, then confirmed.
public struct Cancellation: Sendable, Codable, Identifiable {
    public enum Status: String, Sendable, Codable {
        /// Nothing is done yet.
        case quoted
        /// Confirmed: it is brought to its end, whatever fails.
        case cancelling
        /// The airline took the ticket back, and what was quoted is refunded.
        case cancelled
        /// The airline would not: the ticket is as it was.
        case refused
    }

    public let id: CancellationID
    /// Index of the ticketed attempt.
    let attempt: Int
    public let quote: CancellationQuote
    /// When it was; nil for one that an earlier version kept.
    let quotedAt: Timestamp?
    public internal(set) var status = Status.quoted
    /// When it was last confirmed, or taken up anew because its refund came back.
    var confirmedAt: Timestamp?
    /// Why it was refused.
    var refusal: StepFailure?
    /// Set while it is not known whether the airline heard of it: answers that the ticket is as it was.
    var doubt: Attempt.NotFound?
    /// Whether the airline is asked next how the order is, rather than to cancel.
    var asks = false

    /// Of a quote that the airline sets no end to.
    private static let life = Duration.seconds(600)

    /// From then on the quote can't be confirmed.
    public var expiresAt: Timestamp? { quote.expiresAt ?? quotedAt?.advanced(by: Self.life) }

    /// Whether the quote can be confirmed: it was not, or the airline never heard of it.
    var mayBeConfirmed: Bool { status == .quoted || status == .refused && refusal?.reason == .notSent }

    init(id: CancellationID, attempt: Int, quote: CancellationQuote, quotedAt: Timestamp) {
        self.id = id
        self.attempt = attempt
        self.quote = quote
        self.quotedAt = quotedAt
    }
}

extension Saga {
    /// Quotes kept with a booking, at most; the oldest unused goes first.
    private static let keptCancellations = 10

    /// The cancellation that is confirmed: it runs, or has run.
    public var cancellation: Cancellation? {
        cancellations?.last { $0.status == .cancelling || $0.status == .cancelled }
    }

    /// The last quote, if it was made at `start` or later and is not used: whoever asked meanwhile can have the same.
    func quote(since start: Timestamp) -> Cancellation? {
        cancellations?.last.flatMap { last in
            last.status == .quoted && last.quotedAt.map { $0 >= start } ?? false ? last : nil
        }
    }

    /// A quote, or what became of it.
    func cancellation(_ id: CancellationID) -> Cancellation? { cancellations?.first { $0.id == id } }

    /// The attempt whose ticket can be cancelled: paid for, and not being cancelled.
    var cancellable: Attempt? {
        guard status == .ticketed else { return nil }
        return attempts.last { $0.ticket == .ticketed && $0.money == .captured && $0.failure == nil }
    }

    /// Keeps what cancelling would give back. Nothing is cancelled by it.
    mutating func keep(_ quote: CancellationQuote, as id: CancellationID, at now: Timestamp) {
        guard let attempt = cancellable else { return }
        var kept = cancellations ?? []
        kept.append(Cancellation(id: id, attempt: attempt.number - 1, quote: quote, quotedAt: now))
        while kept.count > Self.keptCancellations, let index = kept.firstIndex(where: { $0.status != .cancelling }) {
            kept.remove(at: index)
        }
        cancellations = kept
        updatedAt = now
    }

    /// Starts to cancel as quoted.
    ///
    /// - Returns: false if the quote is unknown or used, or the booking is not in a state for it.
    mutating func confirmCancellation(_ id: CancellationID, at now: Timestamp) -> Bool {
        guard cancellable != nil, let index = cancellations?.firstIndex(where: { $0.id == id }),
            cancellations?[index].mayBeConfirmed == true
        else { return false }
        cancellations?[index].status = .cancelling
        cancellations?[index].refusal = nil
        cancellations?[index].confirmedAt = now
        if let attempt = cancellations?[index].attempt {
            attempts[attempt][.cancel] = Attempt.Tries()
            attempts[attempt][.status] = Attempt.Tries()
        }
        updatedAt = now
        return true
    }

    var cancellingIndex: Int? { cancellations?.firstIndex { $0.status == .cancelling } }

    /// Since when it is on its way to being decided; nil if it isn't, or only a refund is pending at the bank.
    var openSince: Timestamp? {
        switch status {
        case .pending: return createdAt
        case .cancelling:
            return attempts.contains { $0.refund?.state == .pending } ? nil : cancellation?.confirmedAt ?? createdAt
        case .ticketed, .failed, .cancelled: return nil
        }
    }

    /// What a cancellation that runs wants of the airline.
    func cancellationStep(_ index: Int) -> Step? {
        guard let running = cancellingIndex.flatMap({ cancellations?[$0] }), running.attempt == index else {
            return nil
        }
        return running.asks ? .status : .cancel
    }

    // MARK: Results

    /// What the airline said to cancelling.
    mutating func cancelledOnRequest(_ index: Int, _ running: Int, _ result: StepResult, at now: Timestamp) {
        switch result {
        case .released: takenBack(index, running)
        case .failed(let failure) where failure.reason == .notSent:
            pause(.cancel, index, at: now, answered: false)
            let tries = attempts[index][.cancel].count
            if cancellations?[running].doubt == nil, tries >= terms.policy.unsentTries { refuse(running, failure) }
        case .failed(let failure):
            guard cancellations?[running].doubt != nil else { return refuse(running, failure) }
            // An earlier call may have been heard, or be heard yet.
            cancellations?[running].refusal = failure
            cancellations?[running].asks = true
        default:
            let doubt = unanswered(at: now, after: cancellations?[running].doubt)
            cancellations?[running].doubt = doubt
            cancellations?[running].asks = true
            pause(.cancel, index, at: now, answered: false)
        }
    }

    /// What the airline said when asked whether an earlier call was heard.
    mutating func askedWhetherCancelled(_ index: Int, _ running: Int, _ result: StepResult, at now: Timestamp) {
        switch result {
        case .order(let order) where order.state == .cancelled: takenBack(index, running)
        case .order: stillTicketed(index, running, at: now)
        // Some providers forget what has ended. Said again, cancelling tells: there, what is gone already is success.
        case .failed(let failure)
        where failure.reason == .notFound && cancellations?[running].refusal?.reason != .notFound:
            cancellations?[running].refusal = nil
            cancellations?[running].asks = false
            pause(.cancel, index, at: now, answered: false)
        case .failed(let failure) where failure.reason == .notFound || failure.reason == .notSupported:
            needsAttention = true
            pause(.status, index, at: now, answered: false)
        default: pause(.status, index, at: now, answered: false)
        }
    }

    private mutating func stillTicketed(_ index: Int, _ running: Int, at now: Timestamp) {
        guard var doubt = cancellations?[running].doubt, let refusal = cancellations?[running].refusal else {
            // Not heard so far: said again, which does no harm if it was.
            cancellations?[running].asks = false
            return
        }
        let proven = doubt.note(asked: begunAt ?? now, quarantine: quarantine(of: index))
        cancellations?[running].doubt = doubt
        if proven { refuse(running, refusal) } else { askAgain(.status, index, doubt, at: now) }
    }

    private mutating func takenBack(_ index: Int, _ running: Int) {
        attempts[index].ticket = .cancelled
        attempts[index].order?.state = .cancelled
        attempts[index].hold = .gone
        cancellations?[running].doubt = nil
        let quoted = cancellations?[running].quote.refund
            .rounded(.up, toMultipleOf: attempts[index].amountStep ?? 1)
        let captured = attempts[index].payment?.captured ?? attempts[index].charge
        if let quoted, quoted.currency == captured.currency {
            attempts[index].refundDue = quoted.minorUnits < captured.minorUnits ? quoted : captured
        } else {
            // Quotes in another currency are not kept: so this is a fault of ours, and people must look.
            needsAttention = true
        }
    }

    private mutating func refuse(_ running: Int, _ failure: StepFailure) {
        cancellations?[running].status = .refused
        cancellations?[running].refusal = failure
        cancellations?[running].doubt = nil
        cancellations?[running].asks = false
    }

    /// After every event: a cancellation is done when the airline has taken the ticket back and the money is too.
    mutating func concludeCancellation() {
        guard let running = cancellingIndex, let index = cancellations?[running].attempt else { return }
        if attempts[index].ticket == .cancelled, !attempts[index].owesRefund {
            cancellations?[running].status = .cancelled
        }
    }
}
