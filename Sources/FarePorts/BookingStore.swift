public import FareDomain

/// Where bookings, their journals and idempotency keys live. What `create` and `save` return from is on disk.
public protocol BookingStore: Sendable {
    /// A word for operators: `sqlite`, `postgres`.
    var kind: String { get }

    /// Takes an idempotency key, or tells what became of it.
    ///
    /// A claim has run out if it ends at `now` or before; and also if it ends later than two of the length of `claim`
    /// would: the clock was set back since, and its owner, were it alive, would have renewed it by the new time.
    func claim(_ key: IdempotencyKey, as claim: KeyClaim, now: Timestamp) async throws(StoreError) -> KeyState

    /// Keeps a claim alive while its owner works.
    ///
    /// - Returns: false if the claim is no longer this owner's.
    func renew(_ key: IdempotencyKey, owner: String, until: Timestamp) async throws(StoreError) -> Bool

    /// Forgets a claim of this owner's, so that the key runs anew: nothing was intended under it.
    func abandon(_ key: IdempotencyKey, owner: String) async throws(StoreError)

    /// Stores the final answer of a key, which is a sign of life of the key's. A key that has one keeps the first.
    func finish(_ key: IdempotencyKey, with answer: StoredAnswer, now: Timestamp) async throws(StoreError)

    /// Forgets keys that nobody needs any more: answered, or given up without a booking.
    ///
    /// A key that has a booking is kept until the booking is settled and has rested as long; one whose booking has no
    /// stored answer yet is kept for ever.
    ///
    /// - Parameters:
    ///   - before: keys with a sign of life since then stay.
    ///   - limit: how many keys at most, those without a sign of life for the longest first.
    /// - Returns: how many were forgotten. As many as `limit` means that there may be more.
    func purge(before: Timestamp, limit: Int) async throws(StoreError) -> Int

    /// Inserts a booking with the first lines of its journal, and ties it to its key, in one transaction.
    ///
    /// - Parameter lease: who works on it from now on. The key must be its owner's.
    /// - Throws: `conflict` if the booking exists or the key is not the lease's owner's any more; `duplicate` if there
    ///   is another booking of its trip.
    func create(
        _ booking: BookingRecord, journal: [JournalEntry], key: IdempotencyKey?, lease: Lease
    ) async throws(StoreError)

    /// Replaces a booking and appends to its journal, in one transaction, and gives the booking its lease.
    ///
    /// - Throws: `conflict` unless the stored version is `booking.version - 1`, and the stored booking is settled or
    ///   its lease names the same owner, run out or not; `duplicate` if it is now for another trip than it was stored
    ///   for, and there is another booking of that one. A later booking never gets in an earlier one's way.
    func save(_ booking: BookingRecord, journal: [JournalEntry], lease: Lease) async throws(StoreError)

    func booking(_ id: BookingID) async throws(StoreError) -> BookingRecord?

    /// Bookings with a component of that record locator, newest first, at most `limit`.
    func bookings(locator: String, limit: Int) async throws(StoreError) -> [BookingRecord]

    /// A booking's journal, oldest line first.
    func journal(of id: BookingID) async throws(StoreError) -> [JournalEntry]

    /// Bookings with something left to do, oldest first, at most `limit`.
    func unsettled(limit: Int) async throws(StoreError) -> [BookingRecord]

    /// Bookings changed since then, the one that has rested longest first, at most `limit`. Taking a booking over, or
    /// prolonging its lease, is no change.
    func bookings(changedSince since: Timestamp, limit: Int) async throws(StoreError) -> [BookingRecord]

    /// Gives all unsettled bookings of an owner's the same end of their leases, and writes nothing else.
    ///
    /// - Returns: how many there are. A booking that was taken over is not among them.
    func renewLeases(of owner: String, until: Timestamp) async throws(StoreError) -> Int

    /// Ends the leases of an owner that stops, so that others need not wait for them to run out.
    func endLeases(of owner: String) async throws(StoreError)

    /// Gives to `lease.owner` unsettled bookings that nobody works on: another owner's whose lease has run out at
    /// `now`, or ends later than two of the length of `lease` would, so that the clock was set back since; and of its
    /// own those that it left. Its others it is at work on, whatever became of their leases.
    ///
    /// A lease that ends a little later than `lease` is a live one: another process renewed it just now, or its clock
    /// is ahead.
    ///
    /// The version of each rises by one in the same transaction. That is the fence: whoever had it can save nothing
    /// more.
    ///
    /// - Parameters:
    ///   - now: when `lease` begins. A lease that ends now has run out.
    ///   - left: bookings of `lease.owner` itself that it does not work on any more.
    ///   - limit: how many at most, oldest booking first.
    /// - Returns: the bookings with their new versions.
    func takeOver(
        for lease: Lease, now: Timestamp, left: Set<BookingID>, limit: Int
    ) async throws(StoreError) -> [BookingRecord]

    /// Claims one of some orders that carry no reference of ours for a booking: one that it has claimed before, or else the
    /// first that nobody has. Claims are never forgotten.
    ///
    /// - Parameter version: the booking's, as whoever claims for it knows it.
    /// - Returns: the one that is the booking's; nil if others have them all.
    /// - Throws: `conflict` if the booking has another version by now: somebody else owns it.
    func claim(
        oneOf orders: [OrderName], for booking: BookingID, version: Int64
    ) async throws(StoreError) -> OrderName?

    /// A cheap write and read, to tell whether the store can be used.
    func check() async throws(StoreError)
}

/// Why the store did not do it.
public struct StoreError: Error, Sendable {
    public enum Code: String, Sendable {
        /// Somebody else wrote first, or it exists already.
        case conflict
        /// Another booking of the same trip exists.
        case duplicate
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
    /// For `duplicate`: the booking that was there first.
    public var booking: BookingID?

    public init(_ code: Code, detail: String, booking: BookingID? = nil) {
        self.code = code
        self.detail = detail
        self.booking = booking
    }
}
