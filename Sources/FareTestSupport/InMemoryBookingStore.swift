public import FareDomain
public import FarePorts
import Synchronization

/// A store in memory that keeps the port's promises, and fails where a test tells it to.
///
/// Time comes with the calls, as for every store. Nothing suspends inside.
public final class InMemoryBookingStore: BookingStore {
    /// The port's methods, by name.
    public enum Operation: String, Sendable {
        case claim, renew, abandon, finish, purge, create, save, booking, bookings, journal, unsettled, check
        case changed, renewLeases, endLeases, takeOver, claimOrder

        /// Whether the operation changes what is stored.
        public var writes: Bool {
            switch self {
            case .claim, .renew, .abandon, .finish, .purge, .create, .save: true
            case .renewLeases, .endLeases, .takeOver, .claimOrder: true
            case .booking, .bookings, .journal, .unsettled, .changed, .check: false
            }
        }
    }

    /// One call of the store's.
    public struct Call: Sendable {
        public var operation: Operation
        /// How many calls of any kind came before it.
        public var index: Int
    }

    /// How a call fails.
    public enum Failure: Sendable {
        /// Nothing was done.
        case before(StoreError)
        /// It was done, and only the answer is an error: a disk that fails after the commit.
        case after(StoreError)
    }

    public let kind = "memory"
    private let state = Mutex(Contents())

    public init() {}

    /// From now on, every call asks `failure` whether and how it fails. It must not call the store.
    public func inject(_ failure: @escaping @Sendable (Call) -> Failure?) {
        state.withLock { $0.failure = failure }
    }

    /// How many calls there have been.
    public var callCount: Int { state.withLock { $0.calls } }

    /// Every booking, oldest first.
    public var records: [BookingRecord] {
        state.withLock { $0.records { _ in true } }
    }

    public func claim(
        _ key: IdempotencyKey, as claim: KeyClaim, now: Timestamp
    ) async throws(StoreError) -> KeyState {
        try perform(.claim) { state in
            guard let stored = state.keys[key] else {
                state.keys[key] = Contents.Key(claim: claim)
                return .claimed
            }
            guard stored.claim.fingerprint == claim.fingerprint else { return .reused }
            if let answer = stored.answer { return .answered(answer) }
            let farthest = claim.expiresAt.advanced(by: now.duration(to: claim.expiresAt))
            if stored.claim.expiresAt > now, stored.claim.expiresAt <= farthest { return .inProgress(stored.booking) }
            if let booking = stored.booking { return .booked(booking) }
            state.keys[key] = Contents.Key(claim: claim)
            return .claimed
        }
    }

    public func renew(
        _ key: IdempotencyKey, owner: String, until: Timestamp
    ) async throws(StoreError) -> Bool {
        try perform(.renew) { state in
            guard let stored = state.keys[key], stored.claim.owner == owner, stored.answer == nil else { return false }
            state.keys[key]?.claim.expiresAt = until
            return true
        }
    }

    public func abandon(_ key: IdempotencyKey, owner: String) async throws(StoreError) {
        try perform(.abandon) { state in
            guard let stored = state.keys[key], stored.claim.owner == owner else { return }
            if stored.booking == nil, stored.answer == nil { state.keys[key] = nil }
        }
    }

    public func finish(
        _ key: IdempotencyKey, with answer: StoredAnswer, now: Timestamp
    ) async throws(StoreError) {
        try perform(.finish) { state throws(StoreError) in
            guard let stored = state.keys[key] else {
                throw StoreError(.conflict, detail: "no such idempotency key")
            }
            guard stored.answer == nil else { return }
            state.keys[key]?.answer = answer
            state.keys[key]?.claim.expiresAt = now
        }
    }

    public func purge(before: Timestamp, limit: Int) async throws(StoreError) -> Int {
        try perform(.purge) { state in
            let old = state.keys.filter { state.mayForget($0.value, before: before) }
                .sorted { $0.value.claim.expiresAt < $1.value.claim.expiresAt }.prefix(max(0, limit))
            for (key, _) in old { state.keys[key] = nil }
            return old.count
        }
    }

    public func create(
        _ booking: BookingRecord, journal: [JournalEntry], key: IdempotencyKey?, lease: Lease
    ) async throws(StoreError) {
        try perform(.create) { state throws(StoreError) in
            guard booking.version == 1, state.bookings[booking.id] == nil else {
                throw StoreError(.conflict, detail: "the booking exists, or is no new one")
            }
            if let key {
                guard let stored = state.keys[key], stored.claim.owner == lease.owner, stored.booking == nil,
                    stored.answer == nil
                else { throw StoreError(.conflict, detail: "the idempotency key is not this owner's any more") }
            }
            try state.refuseDuplicate(of: booking)
            if let key { state.keys[key]?.booking = booking.id }
            state.bookings[booking.id] = Contents.Booking(
                record: booking, journal: journal, lease: lease, number: state.bookings.count)
        }
    }

    public func save(_ booking: BookingRecord, journal: [JournalEntry], lease: Lease) async throws(StoreError) {
        try perform(.save) { state throws(StoreError) in
            guard let stored = state.bookings[booking.id], stored.record.version == booking.version &- 1 else {
                throw StoreError(.conflict, detail: "the booking is not at version \(booking.version &- 1)")
            }
            guard stored.record.settled || stored.lease.owner == lease.owner else {
                throw StoreError(.conflict, detail: "the booking is another owner's")
            }
            if booking.trip?.fingerprint != stored.record.trip?.fingerprint { try state.refuseDuplicate(of: booking) }
            state.bookings[booking.id]?.record = booking
            state.bookings[booking.id]?.journal += journal
            state.bookings[booking.id]?.lease = lease
        }
    }

    public func booking(_ id: BookingID) async throws(StoreError) -> BookingRecord? {
        try perform(.booking) { $0.bookings[id]?.record }
    }

    public func bookings(locator: String, limit: Int) async throws(StoreError) -> [BookingRecord] {
        try perform(.bookings) { state in
            Array(state.records { $0.locators.contains(locator) }.reversed().prefix(max(0, limit)))
        }
    }

    public func journal(of id: BookingID) async throws(StoreError) -> [JournalEntry] {
        try perform(.journal) { $0.bookings[id]?.journal ?? [] }
    }

    public func unsettled(limit: Int) async throws(StoreError) -> [BookingRecord] {
        try perform(.unsettled) { state in Array(state.records { !$0.settled }.prefix(max(0, limit))) }
    }

    public func bookings(changedSince since: Timestamp, limit: Int) async throws(StoreError) -> [BookingRecord] {
        try perform(.changed) { state in
            // The sort is stable: of those changed at one instant, the oldest comes first.
            let changed = state.records { $0.updatedAt >= since }.sorted { $0.updatedAt < $1.updatedAt }
            return Array(changed.prefix(max(0, limit)))
        }
    }

    public func check() async throws(StoreError) {
        try perform(.check) { _ in }
    }

    func perform<Value: Sendable>(
        _ operation: Operation, _ body: (inout Contents) throws(StoreError) -> Value
    ) throws(StoreError) -> Value {
        let result = state.withLock { state -> Result<Value, StoreError> in
            let failure = state.failure(Call(operation: operation, index: state.calls))
            state.calls += 1
            if case .before(let error) = failure { return .failure(error) }
            do throws(StoreError) {
                let value = try body(&state)
                if case .after(let error) = failure { return .failure(error) }
                return .success(value)
            } catch {
                return .failure(error)
            }
        }
        return try result.get()
    }
}
