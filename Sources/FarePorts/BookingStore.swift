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
