public import FareDomain
public import FarePorts

/// Something that stands in front of a store, and leaves to it whatever it does not do itself.
public protocol BookingStoreFront: BookingStore {
    var behind: any BookingStore { get }
}

extension BookingStoreFront {
    public var kind: String { behind.kind }

    public func claim(_ key: IdempotencyKey, as claim: KeyClaim, now: Timestamp) async throws(StoreError) -> KeyState {
        try await behind.claim(key, as: claim, now: now)
    }

    public func renew(_ key: IdempotencyKey, owner: String, until: Timestamp) async throws(StoreError) -> Bool {
        try await behind.renew(key, owner: owner, until: until)
    }

    public func abandon(_ key: IdempotencyKey, owner: String) async throws(StoreError) {
        try await behind.abandon(key, owner: owner)
    }

    public func finish(_ key: IdempotencyKey, with answer: StoredAnswer, now: Timestamp) async throws(StoreError) {
        try await behind.finish(key, with: answer, now: now)
    }

    public func purge(before: Timestamp, limit: Int) async throws(StoreError) -> Int {
        try await behind.purge(before: before, limit: limit)
    }

    public func create(
        _ booking: BookingRecord, journal: [JournalEntry], key: IdempotencyKey?, lease: Lease
    ) async throws(StoreError) {
        try await behind.create(booking, journal: journal, key: key, lease: lease)
    }

    public func save(_ booking: BookingRecord, journal: [JournalEntry], lease: Lease) async throws(StoreError) {
        try await behind.save(booking, journal: journal, lease: lease)
    }

    public func booking(_ id: BookingID) async throws(StoreError) -> BookingRecord? { try await behind.booking(id) }

    public func bookings(locator: String, limit: Int) async throws(StoreError) -> [BookingRecord] {
        try await behind.bookings(locator: locator, limit: limit)
    }

    public func journal(of id: BookingID) async throws(StoreError) -> [JournalEntry] {
        try await behind.journal(of: id)
    }

    public func unsettled(limit: Int) async throws(StoreError) -> [BookingRecord] {
        try await behind.unsettled(limit: limit)
    }

    public func bookings(changedSince since: Timestamp, limit: Int) async throws(StoreError) -> [BookingRecord] {
        try await behind.bookings(changedSince: since, limit: limit)
    }

    public func renewLeases(of owner: String, until: Timestamp) async throws(StoreError) -> Int {
        try await behind.renewLeases(of: owner, until: until)
    }

    public func endLeases(of owner: String) async throws(StoreError) { try await behind.endLeases(of: owner) }

    public func takeOver(
        for lease: Lease, now: Timestamp, left: Set<BookingID>, limit: Int
    ) async throws(StoreError) -> [BookingRecord] {
        try await behind.takeOver(for: lease, now: now, left: left, limit: limit)
    }

    public func claim(
        oneOf orders: [OrderName], for booking: BookingID, version: Int64
    ) async throws(StoreError) -> OrderName? {
        try await behind.claim(oneOf: orders, for: booking, version: version)
    }

    public func check() async throws(StoreError) { try await behind.check() }
}
