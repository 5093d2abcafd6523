public import FareDomain

/// A booking as the store keeps it: a few columns to find it by, and its state, which only the booking core reads.
public struct BookingRecord: Hashable, Sendable {
    public var id: BookingID
    /// 1 when created; each save raises it by one, and so does taking it over.
    public var version: Int64
    /// `pending`, `ticketed`, …: for operators and queries, and to tell a duplicate.
    public var status: String
    /// Nothing is left to do: no call, no undoing, no asking.
    public var settled: Bool
    /// Record locators of its orders.
    public var locators: [String]
    public var key: IdempotencyKey?
    public var state: [UInt8]
    public var createdAt: Timestamp
    public var updatedAt: Timestamp
    /// What it is for. Nil until that is known.
    public var trip: Trip?

    public init(
        id: BookingID, version: Int64, status: String, settled: Bool, locators: [String], key: IdempotencyKey?,
        state: [UInt8], createdAt: Timestamp, updatedAt: Timestamp, trip: Trip? = nil
    ) {
        self.id = id
        self.version = version
        self.status = status
        self.settled = settled
        self.locators = locators
        self.key = key
        self.state = state
        self.createdAt = createdAt
        self.updatedAt = updatedAt
        self.trip = trip
    }
}

/// One line of a booking's journal.
public struct JournalEntry: Hashable, Sendable {
    public enum Result: String, Sendable {
        /// Written before the call.
        case intended
        case succeeded, failed
        /// It can't be known from this call alone.
        case unknown
    }

    public var at: Timestamp
    /// Index of the order that the step belongs to.
    public var component: Int
    /// Which candidate, from 1.
    public var attempt: Int
    /// `reprice`, `hold`, `authorize`, `confirm`, …
    public var step: String
    /// The key number: rises only after a definite answer.
    public var number: Int
    public var result: Result
    /// For people: what was called, or why it failed. Never passengers or tokens.
    public var detail: String

    public init(
        at: Timestamp, component: Int, attempt: Int, step: String, number: Int, result: Result, detail: String
    ) {
        self.at = at
        self.component = component
        self.attempt = attempt
        self.step = step
        self.number = number
        self.result = result
        self.detail = detail
    }
}
