import FareDomain
import Synchronization

/// All payments, by id and in the order they were made. A plain value: the book guards it.
struct StripeLedger: Sendable {
    private var byID: [String: StripeIntent] = [:]
    private var ids: [String] = []
    /// Of payments with a refund that will change by itself.
    private var unsettled: Set<String> = []

    /// The oldest first.
    var intents: [StripeIntent] { ids.compactMap { byID[$0] } }

    subscript(id: String) -> StripeIntent? { byID[id] }

    mutating func put(_ intent: StripeIntent) {
        if byID.updateValue(intent, forKey: intent.id) == nil { ids.append(intent.id) }
        if intent.refunds.contains(where: { $0.next != nil }) { unsettled.insert(intent.id) }
    }

    /// Lets refunds become what they must by now. It follows from what is kept of them, so that it need not be kept.
    mutating func settle(at now: Timestamp) {
        for id in unsettled {
            guard var intent = byID[id] else { continue }
            for index in intent.refunds.indices { intent.refunds[index].settle(at: now) }
            byID[id] = intent
            if intent.refunds.allSatisfy({ $0.next == nil }) { unsettled.remove(id) }
        }
    }
}

/// An idempotency key with the request that it came with.
struct StripeKey: Codable, Sendable, Hashable {
    let text: String
    /// Path and parameters.
    let request: String
    /// When it came first: milliseconds since 1970.
    let at: Int64
}

/// What a POST leads to.
struct StripeOutcome: Sendable {
    /// Made or changed; nil where nothing was.
    var intent: StripeIntent?
    var answer: StripeAnswer
}

/// The payments and the answers given under idempotency keys. A payment and the answer about it are kept in one step.
final class StripeBook: Sendable {
    private enum Change: Codable, Sendable {
        /// Made, or changed: the whole of it.
        case intent(StripeIntent)
        case answer(StripeKey, StripeAnswer)
    }

    private struct State: Sendable {
        var ledger = StripeLedger()
        var answers: [String: (key: StripeKey, answer: StripeAnswer)] = [:]
        /// Keys of requests that are being done.
        var working: Set<String> = []

        mutating func apply(_ change: Change) {
            switch change {
            case .intent(let intent): ledger.put(intent)
            case .answer(let key, let answer): answers[key.text] = (key, answer)
            }
        }
    }

    /// How long Stripe keeps a key: milliseconds.
    private static let keyLives: Int64 = 24 * 3_600_000
    private let journal: Journal<Change>?
    /// Guards everything.
    private let state: Mutex<State>

    /// - Parameter statePath: the state file; nil to keep nothing.
    /// - Throws: where the state file can't be opened.
    init(statePath: String?) throws(JournalError) {
        var initial = State()
        if let statePath {
            let journal = try Journal<Change>(path: statePath)
            for change in journal.changes() { initial.apply(change) }
            self.journal = journal
        } else {
            journal = nil
        }
        state = Mutex(initial)
    }

    func ledger(at now: Timestamp) -> StripeLedger {
        state.withLock { state in
            state.ledger.settle(at: now)
            return state.ledger
        }
    }

    func reset() {
        state.withLock { state in
            journal?.clear()
            state = State()
        }
    }

    /// Takes a key for a request; `perform` gives it back.
    ///
    /// - Returns: what was answered under it before, to be answered again; nil where the request is to be done.
    /// - Throws: where it came with another request, or with one that is still being done.
    func claim(_ key: StripeKey) throws(StripeRefusal) -> StripeAnswer? {
        try state.withLock { state throws(StripeRefusal) in
            if let (first, answer) = state.answers[key.text], key.at - first.at < StripeBook.keyLives {
                guard first.request == key.request else { throw StripeRefusal.keyReused }
                return answer
            }
            guard state.working.insert(key.text).inserted else { throw StripeRefusal.keyInUse }
            return nil
        }
    }

    /// Does a request, keeps what comes of it, and only then lets it be answered.
    ///
    /// - Throws: `JournalError`, in which case nothing was done.
    func perform(
        under key: StripeKey?, at now: Timestamp, _ body: (StripeLedger) throws(StripeRefusal) -> StripeOutcome
    ) throws -> StripeAnswer {
        try state.withLock { state in
            defer { if let key { state.working.remove(key.text) } }
            state.ledger.settle(at: now)
            var changes: [Change] = []
            let answer: StripeAnswer
            var isKept = true
            do throws(StripeRefusal) {
                let outcome = try body(state.ledger)
                if let intent = outcome.intent { changes.append(.intent(intent)) }
                answer = outcome.answer
            } catch {
                answer = error.answer
                isKept = error.executed
            }
            if isKept, let key { changes.append(.answer(key, answer)) }
            if !changes.isEmpty { try journal?.append(changes) }
            for change in changes { state.apply(change) }
            return answer
        }
    }
}
