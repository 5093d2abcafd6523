public import FareDomain

/// Where bookings, their journals and idempotency keys live. What `create` and `save` return from is on disk.
public protocol BookingStore: Sendable {
    /// A word for operators: `sqlite`, `postgres`.
    var kind: String { get }

    /// Takes an idempotency key, or tells what became of it.
    func claim(_ key: IdempotencyKey, as claim: KeyClaim, now: Timestamp) async throws(StoreError) -> KeyState

    /// Keeps a claim alive while its owner works.
    ///
    /// - Returns: false if the claim is no longer this owner's.
    func renew(_ key: IdempotencyKey, owner: String, until: Timestamp) async throws(StoreError) -> Bool

    /// Forgets a claim of this owner's, so that the key runs anew: nothing was intended under it.
    func abandon(_ key: IdempotencyKey, owner: String) async throws(StoreError)

    /// Stores the final answer of a key. A key that has one keeps the first.
    func finish(_ key: IdempotencyKey, with answer: StoredAnswer) async throws(StoreError)

    /// Inserts a booking with the first lines of its journal, and ties it to its key, in one transaction.
    ///
    /// - Throws: `conflict` if the booking exists or the key is not `owner`'s any more.
    func create(
        _ booking: BookingRecord, journal: [JournalEntry], key: IdempotencyKey?, owner: String
    ) async throws(StoreError)

    /// Replaces a booking and appends to its journal, in one transaction.
    ///
    /// - Throws: `conflict` unless the stored version is `booking.version - 1`.
    func save(_ booking: BookingRecord, journal: [JournalEntry]) async throws(StoreError)

    func booking(_ id: BookingID) async throws(StoreError) -> BookingRecord?

    /// Bookings with a component of that record locator, newest first, at most `limit`.
    func bookings(locator: String, limit: Int) async throws(StoreError) -> [BookingRecord]

    /// A booking's journal, oldest line first.
    func journal(of id: BookingID) async throws(StoreError) -> [JournalEntry]

    /// Bookings with something left to do, oldest first, at most `limit`.
    func unsettled(limit: Int) async throws(StoreError) -> [BookingRecord]

    /// A cheap write and read, to tell whether the store can be used.
    func check() async throws(StoreError)
}

/// A caller's idempotency key. Keys are per caller.
public struct IdempotencyKey: Hashable, Sendable {
    public var caller: String
    public var key: String

    public init(caller: String, key: String) {
        self.caller = caller
        self.key = key
    }
}

/// Who works on a key, on what, and until when without a sign of life.
public struct KeyClaim: Hashable, Sendable {
    /// SHA-256 of the method, path and body: the same key must come with the same request.
    public var fingerprint: [UInt8]
    public var owner: String
    public var expiresAt: Timestamp

    public init(fingerprint: [UInt8], owner: String, expiresAt: Timestamp) {
        self.fingerprint = fingerprint
        self.owner = owner
        self.expiresAt = expiresAt
    }
}

/// What taking a key found.
public enum KeyState: Hashable, Sendable {
    /// The key is the caller's now.
    case claimed
    /// A live owner is at work under it.
    case inProgress
    /// It came with another request before.
    case reused
    /// Its booking exists and has no stored answer yet; whoever worked on it may be gone.
    case booked(BookingID)
    case answered(StoredAnswer)
}

/// An answer, to be given again byte for byte.
public struct StoredAnswer: Hashable, Sendable {
    public var status: Int
    public var contentType: String
    /// For 201 and 202.
    public var location: String?
    public var body: [UInt8]

    public init(status: Int, contentType: String, location: String?, body: [UInt8]) {
        self.status = status
        self.contentType = contentType
        self.location = location
        self.body = body
    }
}

/// A booking as the store keeps it: a few columns to find it by, and its state, which only the booking core reads.
public struct BookingRecord: Hashable, Sendable {
    public var id: BookingID
    /// 1 when created; each save raises it by one.
    public var version: Int64
    /// `pending`, `ticketed`, …: for operators and queries.
    public var status: String
    /// Nothing is left to do: no call, no undoing, no asking.
    public var settled: Bool
    /// Record locators of its orders.
    public var locators: [String]
    public var key: IdempotencyKey?
    public var state: [UInt8]
    public var createdAt: Timestamp
    public var updatedAt: Timestamp

    public init(
        id: BookingID, version: Int64, status: String, settled: Bool, locators: [String], key: IdempotencyKey?,
        state: [UInt8], createdAt: Timestamp, updatedAt: Timestamp
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

/// Why the store did not do it.
public struct StoreError: Error, Sendable {
    public enum Code: String, Sendable {
        /// Somebody else wrote first, or it exists already.
        case conflict
        /// Locked or too busy just now: worth another try.
        case busy
        /// No room on the disk.
        case full
        /// The disk or the server failed.
        case unavailable
        /// What is stored can't be read.
        case corrupt
    }

    public var code: Code
    /// For logs.
    public var detail: String

    public init(_ code: Code, detail: String) {
        self.code = code
        self.detail = detail
    }
}
