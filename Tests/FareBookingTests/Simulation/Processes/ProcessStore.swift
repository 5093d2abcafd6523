import FareDomain
import FarePorts
import FareTestSupport
import Resilience

/// A process's way to the store that all processes share.
struct ProcessStore: BookingStore {
    let process: ServiceProcess
    let shared: any BookingStore
    var world: World { process.world }

    let kind = "simulated"

    func claim(_ key: IdempotencyKey, as claim: KeyClaim, now: Timestamp) async throws(StoreError) -> KeyState {
        try await access { () async throws(StoreError) in try await shared.claim(key, as: claim, now: now) }
    }

    func renew(_ key: IdempotencyKey, owner: String, until: Timestamp) async throws(StoreError) -> Bool {
        try await access { () async throws(StoreError) in try await shared.renew(key, owner: owner, until: until) }
    }

    func abandon(_ key: IdempotencyKey, owner: String) async throws(StoreError) {
        try await access { () async throws(StoreError) in try await shared.abandon(key, owner: owner) }
    }

    func finish(_ key: IdempotencyKey, with answer: StoredAnswer, now: Timestamp) async throws(StoreError) {
        try await access { () async throws(StoreError) in try await shared.finish(key, with: answer, now: now) }
    }

    func purge(before: Timestamp, limit: Int) async throws(StoreError) -> Int {
        try await access { () async throws(StoreError) in try await shared.purge(before: before, limit: limit) }
    }

    func create(
        _ booking: BookingRecord, journal: [JournalEntry], key: IdempotencyKey?, lease: Lease
    ) async throws(StoreError) {
        try await access { () async throws(StoreError) in
            try await shared.create(booking, journal: journal, key: key, lease: lease)
        }
    }

    func save(_ booking: BookingRecord, journal: [JournalEntry], lease: Lease) async throws(StoreError) {
        try await access { () async throws(StoreError) in
            try await shared.save(booking, journal: journal, lease: lease)
        }
    }

    func booking(_ id: BookingID) async throws(StoreError) -> BookingRecord? {
        try await access { () async throws(StoreError) in try await shared.booking(id) }
    }

    func bookings(locator: String, limit: Int) async throws(StoreError) -> [BookingRecord] {
        try await access { () async throws(StoreError) in try await shared.bookings(locator: locator, limit: limit) }
    }

    func journal(of id: BookingID) async throws(StoreError) -> [JournalEntry] {
        try await access { () async throws(StoreError) in try await shared.journal(of: id) }
    }

    func unsettled(limit: Int) async throws(StoreError) -> [BookingRecord] {
        try await access { () async throws(StoreError) in try await shared.unsettled(limit: limit) }
    }

    func bookings(changedSince since: Timestamp, limit: Int) async throws(StoreError) -> [BookingRecord] {
        try await access { () async throws(StoreError) in
            try await shared.bookings(changedSince: since, limit: limit)
        }
    }

    func renewLeases(of owner: String, until: Timestamp) async throws(StoreError) -> Int {
        if world.faults.strike(.leaseLoss) { throw failed(.busy, "no lease is renewed") }
        return try await access { () async throws(StoreError) in
            try await shared.renewLeases(of: owner, until: until)
        }
    }

    func endLeases(of owner: String) async throws(StoreError) {
        try await access { () async throws(StoreError) in try await shared.endLeases(of: owner) }
    }

    func takeOver(
        for lease: Lease, now: Timestamp, left: Set<BookingID>, limit: Int
    ) async throws(StoreError) -> [BookingRecord] {
        try await access { () async throws(StoreError) in
            try await shared.takeOver(for: lease, now: now, left: left, limit: limit)
        }
    }

    func claim(
        oneOf orders: [OrderName], for booking: BookingID, version: Int64
    ) async throws(StoreError) -> OrderName? {
        try await access { () async throws(StoreError) in
            try await shared.claim(oneOf: orders, for: booking, version: version)
        }
    }

    func check() async throws(StoreError) {
        try await access { () async throws(StoreError) in try await shared.check() }
    }

    /// One transaction: it may fail before and after it is committed, and take its time.
    private func access<Value: Sendable>(
        _ work: () async throws(StoreError) -> Value
    ) async throws(StoreError) -> Value {
        try await reach(.crashBeforeStore)
        switch world.faults.first([.storeBusy, .storeFull, .storeFailsBefore]) {
        case .storeBusy: throw failed(.busy, "locked")
        case .storeFull: throw failed(.full, "no room")
        case .storeFailsBefore: throw failed(.unavailable, "failed before the commit")
        default: break
        }
        try await takeTime()
        let value = try await work()
        try await takeTime()
        if world.faults.strike(.storeFailsAfter) { throw failed(.unavailable, "failed after the commit") }
        try await reach(.crashAfterStore)
        return value
    }

    private func failed(_ code: StoreError.Code, _ detail: String) -> StoreError {
        world.log("\(process.name) ✕ store: \(detail)")
        return StoreError(code, detail: detail)
    }

    private func takeTime() async throws(StoreError) {
        guard world.faults.strike(.storeSlow) else { return }
        do {
            try await TrueClock(agenda: world.agenda).sleep(for: world.faults.milliseconds(10...12_000))
            try await process.goOn()
        } catch {
            throw StoreError(.unavailable, detail: "cancelled")
        }
    }

    private func reach(_ crash: FaultKind) async throws(StoreError) {
        do { try await process.reach(crash) } catch { throw StoreError(.unavailable, detail: "the process is gone") }
    }
}

/// What all processes share: the store itself, and the rules' look at what is committed.
struct WitnessedStore: BookingStoreFront {
    let world: World
    let behind: any BookingStore

    func claim(_ key: IdempotencyKey, as claim: KeyClaim, now: Timestamp) async throws(StoreError) -> KeyState {
        let state = try await behind.claim(key, as: claim, now: now)
        world.log("  key \(key.key) \(state.word) \(claim.owner)")
        return state
    }

    func create(
        _ booking: BookingRecord, journal: [JournalEntry], key: IdempotencyKey?, lease: Lease
    ) async throws(StoreError) {
        try await behind.create(booking, journal: journal, key: key, lease: lease)
        world.rules.committed(booking, journal, by: lease.owner)
    }

    func save(_ booking: BookingRecord, journal: [JournalEntry], lease: Lease) async throws(StoreError) {
        try await behind.save(booking, journal: journal, lease: lease)
        world.rules.committed(booking, journal, by: lease.owner)
    }

    func takeOver(
        for lease: Lease, now: Timestamp, left: Set<BookingID>, limit: Int
    ) async throws(StoreError) -> [BookingRecord] {
        let records = try await behind.takeOver(for: lease, now: now, left: left, limit: limit)
        for record in records { world.rules.takenOver(record, by: lease.owner) }
        return records
    }
}

extension KeyState {
    var word: String {
        switch self {
        case .claimed: "claimed"
        case .inProgress: "in progress"
        case .reused: "reused"
        case .booked(let id): "booked \(id)"
        case .answered(let answer): "answered \(answer.status)"
        }
    }
}
