import FareDomain
import FarePorts
import FareTestSupport
import Foundation
import GRDB
import Testing

@testable import SQLiteStore

struct DurabilityTests {
    private let folder: TemporaryFolder
    private let id = BookingID("bkg_1")

    init() throws { folder = try TemporaryFolder() }

    private func open(_ name: String = "store.db") async throws -> SQLiteStore {
        try await SQLiteStore(path: folder.path(name))
    }

    private func save(_ version: Int64, in store: SQLiteStore) async throws {
        let booking = BookingStoreContract.sampleBooking(version: version, locators: ["V\(version)"])
        let journal = [BookingStoreContract.sampleEntry("step \(version)")]
        if version == 1 {
            try await store.create(booking, journal: journal, key: nil, lease: .sample)
        } else {
            try await store.save(booking, journal: journal, lease: .sample)
        }
    }

    /// Opens a copy, as after a crash, and expects the booking as it was saved at `version`, whole.
    private func expect(_ version: Int64, in name: String) async throws {
        let copy = try await open(name)
        let expected = BookingStoreContract.sampleBooking(version: version, locators: ["V\(version)"])
        #expect(try await copy.booking(id) == expected)
        #expect(try await copy.bookings(locator: "V\(version)", limit: 9) == [expected])
        #expect(try await copy.journal(of: id).map(\.step) == (1...version).map { "step \($0)" })
        let flaws = try await copy.pool.read { database in
            try String.fetchAll(database, sql: "PRAGMA integrity_check")
                + Row.fetchAll(database, sql: "PRAGMA foreign_key_check").map(\.description)
        }
        #expect(flaws == ["ok"])
        try await copy.close()
    }

    @Test func everyAcknowledgedSaveSurvivesACrashRightAfterIt() async throws {
        let store = try await open()
        // A checkpoint after every few commits, so that some crashes come after one.
        try await store.pool.writeWithoutTransaction { try $0.execute(sql: "PRAGMA wal_autocheckpoint = 20") }
        for version in 1...30 as ClosedRange<Int64> {
            try await save(version, in: store)
            try folder.snapshot(of: "store.db", as: "crash-\(version).db")
            try await expect(version, in: "crash-\(version).db")
        }
        try await store.close()
    }

    @Test func aFullDiskLosesNothingAndTheStoreGoesOnAfterwards() async throws {
        let store = try await open()
        try await save(1, in: store)
        let limit = try await store.pool.writeWithoutTransaction { database in
            let pages = try Int.fetchOne(database, sql: "PRAGMA page_count") ?? 0
            return try Int.fetchOne(database, sql: "PRAGMA max_page_count = \(pages + 2)")
        }
        try #require(limit != nil)
        var large = BookingStoreContract.sampleBooking(version: 2, locators: ["V2"])
        large.state = Array(repeating: 7, count: 100_000)
        for _ in 0..<3 {
            let error = await #expect(throws: StoreError.self) {
                try await store.save(large, journal: [BookingStoreContract.sampleEntry("step 2")], lease: .sample)
            }
            #expect(error?.code == .full)
        }
        #expect(try await store.booking(id)?.version == 1)
        try folder.snapshot(of: "store.db", as: "crash.db")
        try await expect(1, in: "crash.db")

        _ = try await store.pool.writeWithoutTransaction {
            try Int.fetchOne($0, sql: "PRAGMA max_page_count = 1000000")
        }
        try await save(2, in: store)
        try await store.check()
        try await store.close()
        try await expect(2, in: "store.db")
    }

    @Test func aCancelledTaskStillWrites() async throws {
        let store = try await open()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.cancelAll()
            group.addTask {
                #expect(Task.isCancelled)
                try await save(1, in: store)
                try await save(2, in: store)
            }
            try await group.waitForAll()
        }
        try await store.close()
        try await expect(2, in: "store.db")
    }
}
