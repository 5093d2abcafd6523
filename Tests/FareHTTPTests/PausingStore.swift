import FareDomain
import FarePorts

/// Lets others go first before and after each thing that is done to a key, as a store on a disk does.
struct PausingStore: BookingStore {
    let store: any BookingStore

    var kind: String { store.kind }

    private func pausing<Value: Sendable>(
        _ body: () async throws(StoreError) -> Value
    ) async throws(StoreError) -> Value {
        await Task.yield()
        let value = try await body()
        for _ in 0..<3 { await Task.yield() }
        return value
    }

    func claim(_ key: IdempotencyKey, as claim: KeyClaim, now: Timestamp) async throws(StoreError) -> KeyState {
        try await pausing { () async throws(StoreError) in try await store.claim(key, as: claim, now: now) }
    }

    func renew(_ key: IdempotencyKey, owner: String, until: Timestamp) async throws(StoreError) -> Bool {
        try await pausing { () async throws(StoreError) in try await store.renew(key, owner: owner, until: until) }
    }

    func abandon(_ key: IdempotencyKey, owner: String) async throws(StoreError) {
        try await pausing { () async throws(StoreError) in try await store.abandon(key, owner: owner) }
    }

    func finish(_ key: IdempotencyKey, with answer: StoredAnswer, now: Timestamp) async throws(StoreError) {
        try await pausing { () async throws(StoreError) in try await store.finish(key, with: answer, now: now) }
    }

    func purge(before: Timestamp, limit: Int) async throws(StoreError) -> Int {
        try await store.purge(before: before, limit: limit)
    }

    func create(
        _ booking: BookingRecord, journal: [JournalEntry], key: IdempotencyKey?, lease: Lease
    ) async throws(StoreError) {
        try await store.create(booking, journal: journal, key: key, lease: lease)
    }

    func save(_ booking: BookingRecord, journal: [JournalEntry], lease: Lease) async throws(StoreError) {
        try await store.save(booking, journal: journal, lease: lease)
    }

    func booking(_ id: BookingID) async throws(StoreError) -> BookingRecord? { try await store.booking(id) }

    func bookings(locator: String, limit: Int) async throws(StoreError) -> [BookingRecord] {
        try await store.bookings(locator: locator, limit: limit)
    }

    func journal(of id: BookingID) async throws(StoreError) -> [JournalEntry] { try await store.journal(of: id) }

    func unsettled(limit: Int) async throws(StoreError) -> [BookingRecord] { try await store.unsettled(limit: limit) }

    func bookings(changedSince since: Timestamp, limit: Int) async throws(StoreError) -> [BookingRecord] {
        try await store.bookings(changedSince: since, limit: limit)
    }

    func renewLeases(of owner: String, until: Timestamp) async throws(StoreError) -> Int {
        try await store.renewLeases(of: owner, until: until)
    }

    func endLeases(of owner: String) async throws(StoreError) { try await store.endLeases(of: owner) }

    func takeOver(
        for lease: Lease, now: Timestamp, left: Set<BookingID>, limit: Int
    ) async throws(StoreError) -> [BookingRecord] {
        try await store.takeOver(for: lease, now: now, left: left, limit: limit)
    }

    func claim(_ order: OrderName, for booking: BookingID) async throws(StoreError) -> Bool {
        try await store.claim(order, for: booking)
    }

    func check() async throws(StoreError) { try await store.check() }
}
