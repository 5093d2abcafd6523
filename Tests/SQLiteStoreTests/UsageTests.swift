import FareDomain
import FarePorts
import FareTestSupport
import GRDB
import Testing

@testable import SQLiteStore

struct UsageTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func open(
        _ configure: (inout SQLiteStore.Configuration) -> Void = { _ in }
    ) async throws -> SQLiteStore {
        var configuration = SQLiteStore.Configuration()
        configure(&configuration)
        return try await SQLiteStore(path: folder.path("store.db"), configuration: configuration)
    }

    private func time(_ seconds: Int64) -> Timestamp { Timestamp(secondsSinceEpoch: 1_800_000_000 + seconds) }

    /// Runs `body` while another connection holds the write lock.
    private func whileLocked(_ body: () async throws -> Void) async throws {
        let other = try DatabaseQueue(path: folder.path("store.db"), configuration: .danglingTransactions)
        try await other.writeWithoutTransaction { try $0.execute(sql: "BEGIN IMMEDIATE") }
        try await body()
        try await other.writeWithoutTransaction { try $0.execute(sql: "ROLLBACK") }
        try other.close()
    }

    @Test func aLockedFileIsBusyForWritersAndReadableMeanwhile() async throws {
        let store = try await open { $0.busyTimeout = .milliseconds(20) }
        let booking = BookingStoreContract.sampleBooking()
        try await store.create(booking, journal: [], key: nil, lease: .sample)
        let next = BookingStoreContract.sampleBooking(version: 2)
        try await whileLocked { () async throws in
            let error = await #expect(throws: StoreError.self) {
                try await store.save(next, journal: [], lease: .sample)
            }
            #expect(error?.code == .busy)
            #expect(try await store.booking(booking.id) == booking)
        }
        try await store.save(next, journal: [], lease: .sample)
        try await store.close()
    }

    @Test func theCheckIsBusyWhenItTakesTooLongAndWellAgainAfterwards() async throws {
        let store = try await open {
            $0.busyTimeout = .seconds(60)
            $0.checkTimeout = .milliseconds(20)
        }
        try await whileLocked { () async throws in
            for _ in 0..<3 {
                let error = await #expect(throws: StoreError.self) { try await store.check() }
                #expect(error?.code == .busy)
                #expect(error?.detail == "the store did not answer in time")
            }
        }
        // Waits behind the look that was given up.
        _ = try await store.purge(before: time(0), limit: 1)
        let patient = try await open()
        try await patient.check()
        for store in [store, patient] { try await store.close() }
    }

    @Test func moreCallsThanMayWaitAreBusyAtOnce() async throws {
        let store = try await open { $0.waitingCalls = 0 }
        let error = await #expect(throws: StoreError.self) { try await store.unsettled(limit: 1) }
        #expect(error?.code == .busy)
        try await store.close()
    }

    @Test func twoStoresOnOneFileShareItsKeysAndBookings() async throws {
        // However slow the disk: each of 64 claims may wait for the syncs of all others.
        let patient = { (configuration: inout SQLiteStore.Configuration) in configuration.busyTimeout = .seconds(60) }
        let stores = [try await open(patient), try await open(patient)]
        let key = IdempotencyKey(caller: "shop", key: "order-1")
        let now = time(0)
        let winners = try await withThrowingTaskGroup(of: Int.self) { group in
            for index in 0..<64 {
                group.addTask {
                    let claim = KeyClaim(
                        fingerprint: [1], owner: "owner \(index)", expiresAt: now.advanced(by: .seconds(9)))
                    return try await stores[index % 2].claim(key, as: claim, now: now) == .claimed ? 1 : 0
                }
            }
            return try await group.reduce(0, +)
        }
        #expect(winners == 1)
        let booking = BookingStoreContract.sampleBooking()
        try await stores[0].create(booking, journal: [], key: nil, lease: .sample)
        #expect(try await stores[1].booking(booking.id) == booking)
        for store in stores { try await store.close() }
    }

    @Test func aStoreThatMayOnlyReadIsUnavailable() async throws {
        let store = try await open()
        try await store.pool.writeWithoutTransaction { try $0.execute(sql: "PRAGMA query_only = ON") }
        let save = await #expect(throws: StoreError.self) {
            try await store.create(BookingStoreContract.sampleBooking(), journal: [], key: nil, lease: .sample)
        }
        #expect(save?.code == .unavailable)
        let check = await #expect(throws: StoreError.self) { try await store.check() }
        #expect(check?.code == .unavailable)
        try await store.close()
    }

    @Test func aClosedStoreIsUnavailable() async throws {
        let store = try await open()
        try await store.close()
        try await store.close()
        for operation in [store.check, { _ = try await store.unsettled(limit: 1) }] as [() async throws -> Void] {
            let error = await #expect(throws: StoreError.self) { try await operation() }
            #expect(error?.code == .unavailable)
        }
    }

    @Test func aKeyWithANULIsRefusedAndALineWithOneIsKeptWhole() async throws {
        let store = try await open()
        let claim = KeyClaim(fingerprint: [1], owner: "first", expiresAt: time(9))
        await #expect(throws: StoreError.self) {
            _ = try await store.claim(IdempotencyKey(caller: "shop", key: "a\0b"), as: claim, now: time(0))
        }
        var entry = BookingStoreContract.sampleEntry("hold")
        entry.detail = "before\0after"
        let booking = BookingStoreContract.sampleBooking()
        try await store.create(booking, journal: [entry], key: nil, lease: .sample)
        #expect(try await store.journal(of: booking.id).first?.detail == "before\u{FFFD}after")
        try await store.close()
    }

    @Test(arguments: [
        "SELECT * FROM bookings WHERE settled = 0 ORDER BY created_at, number LIMIT 9",
        "SELECT id FROM bookings WHERE settled = 0 AND (lease_until <= 7 OR lease_owner = 'A') ORDER BY created_at",
        "UPDATE bookings SET lease_until = 7 WHERE settled = 0 AND lease_owner = 'A'",
        "SELECT * FROM bookings WHERE updated_at >= 7 ORDER BY updated_at, created_at, number LIMIT 9",
        "SELECT id FROM bookings WHERE trip = x'00' AND created_at >= 7 ORDER BY created_at, number LIMIT 1",
        "SELECT * FROM bookings WHERE number IN (SELECT booking FROM locators WHERE locator = 'A')",
        "SELECT * FROM journal WHERE booking = 1 ORDER BY number",
        "SELECT rowid FROM idempotency_keys WHERE expires_at < 7 ORDER BY expires_at LIMIT 9",
    ])
    func lookUpsUseAnIndex(_ sql: String) async throws {
        let store = try await open()
        let plan = try await store.pool.read { database in
            try Row.fetchAll(database, sql: "EXPLAIN QUERY PLAN \(sql)").map { $0["detail"] as String }
        }
        #expect(!plan.isEmpty)
        #expect(plan.allSatisfy { !$0.hasPrefix("SCAN") || $0.contains("INDEX") }, "\(plan)")
        #expect(!plan.contains { $0.contains("TEMP B-TREE") }, "\(plan)")
        try await store.close()
    }
}

extension GRDB.Configuration {
    /// A transaction may stay open between two accesses.
    fileprivate static var danglingTransactions: Self {
        var configuration = Self()
        configuration.allowsUnsafeTransactions = true
        return configuration
    }
}
