import FareDomain
import FarePorts
import FareTestSupport
import Foundation
import GRDB
import Testing

@testable import SQLiteStore

struct OpeningTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    /// Twenty bookings in a closed file.
    private func writeSample() async throws {
        let store = try await open()
        for number in 0..<20 {
            let booking = BookingStoreContract.sampleBooking("bkg_\(number)", locators: ["AAAAAA"])
            let entry = BookingStoreContract.sampleEntry("hold")
            try await store.create(booking, journal: [entry], key: nil, lease: .sample)
        }
        try await store.close()
    }

    private func open(_ name: String = "store.db") async throws -> SQLiteStore {
        try await SQLiteStore(path: folder.path(name))
    }

    /// Expects that opening fails, and that an operator would see why.
    private func expectRefusal(_ path: String, _ code: StoreError.Code, _ words: String) async {
        let error = await #expect(throws: StoreError.self) { _ = try await SQLiteStore(path: path) }
        #expect(error?.code == code, "\(String(describing: error))")
        #expect(error?.detail.contains(words) == true, "\(String(describing: error))")
        #expect(error?.detail.contains(path) == true, "\(String(describing: error))")
    }

    @Test func theWriterSyncsEveryCommitAndGuardsReferences() async throws {
        let store = try await open()
        let pragmas = try await store.pool.writeWithoutTransaction { database in
            try ["synchronous", "journal_mode", "foreign_keys", "busy_timeout", "application_id"].map {
                try String.fetchOne(database, sql: "PRAGMA \($0)")
            }
        }
        #expect(pragmas == ["2", "wal", "1", "2000", "1179798872"])
        let readersTimeout = try await store.pool.read { try Int.fetchOne($0, sql: "PRAGMA busy_timeout") }
        #expect(readersTimeout == 2000)
        try await store.close()
    }

    @Test func theFilesAreTheOwnersAlone() async throws {
        let store = try await open()
        try await store.create(BookingStoreContract.sampleBooking(), journal: [], key: nil, lease: .sample)
        for name in ["store.db", "store.db-wal", "store.db-shm"] { #expect(try folder.mode(name) == 0o600) }
        try await store.close()
    }

    @Test func aFileThatOthersMayReadIsClosedToThem() async throws {
        try await open().close()
        try FileManager.default.setAttributes([.posixPermissions: 0o664], ofItemAtPath: folder.path("store.db"))
        try await open().close()
        #expect(try folder.mode("store.db") == 0o600)
    }

    @Test func whatWasStoredSurvivesReopening() async throws {
        let booking = BookingStoreContract.sampleBooking(locators: ["AAAAAA"])
        let store = try await open()
        try await store.create(
            booking, journal: [BookingStoreContract.sampleEntry("hold")], key: nil, lease: .sample)
        try await store.close()

        let reopened = try await open()
        #expect(try await reopened.booking(booking.id) == booking)
        #expect(try await reopened.journal(of: booking.id) == [BookingStoreContract.sampleEntry("hold")])
        try await reopened.close()
    }

    @Test func closingBringsTheLogBackIntoTheFile() async throws {
        try await writeSample()
        #expect(try folder.contents("store.db-wal").isEmpty)
        try FileManager.default.removeItem(atPath: folder.path("store.db-wal"))
        let store = try await open()
        #expect(try await store.unsettled(limit: 100).count == 20)
        try await store.close()
    }

    @Test func aMissingDirectoryIsNamed() async throws {
        let error = await #expect(throws: StoreError.self) { _ = try await open("none/store.db") }
        #expect(error?.code == .unavailable)
        #expect(error?.detail == "the store's directory \(folder.path("none")): No such file or directory")
    }

    @Test func aDirectoryIsNoStore() async throws {
        await expectRefusal(folder.path(""), .unavailable, "is not a file")
    }

    @Test(arguments: [2, 15, 100, 511, 5000])
    func anotherKindOfFileIsRefusedAndKept(_ length: Int) async throws {
        let text = Data("Not a database at all. ".utf8)
        let contents = Data((0..<length).map { text[$0 % text.count] })
        try folder.write(contents, to: "store.db")
        await expectRefusal(folder.path("store.db"), .unavailable, "file is not a database")
        #expect(try folder.contents("store.db") == contents)
    }

    @Test func anotherProgramsDatabaseIsRefusedAndKept() async throws {
        try await DatabaseQueue(path: folder.path("store.db")).write { database in
            try database.execute(sql: "CREATE TABLE recipes (title TEXT)")
        }
        let contents = try folder.contents("store.db")
        await expectRefusal(folder.path("store.db"), .unavailable, "another program's")
        #expect(try folder.contents("store.db") == contents)
    }

    @Test func aNewerSchemaIsRefused() async throws {
        let store = try await open()
        try await store.pool.write { database in
            try database.execute(sql: "INSERT INTO grdb_migrations VALUES ('99 the future')")
        }
        try await store.close()
        await expectRefusal(folder.path("store.db"), .unavailable, "newer version of Faremux")
    }

    @Test func bookingsFromBeforeTheLeasesAreThereForWhoeverTakesThemOver() async throws {
        let old = try DatabasePool(path: folder.path("store.db"))
        try Schema.migrator.migrate(old, upTo: "1 bookings")
        try await old.write { database in
            try database.execute(
                sql: """
                    INSERT INTO bookings (id, version, status, settled, state, created_at, updated_at)
                    VALUES ('bkg_1', 3, 'pending', 0, x'07', 1800000000000, 1800000001000)
                    """)
        }
        try old.close()

        let store = try await open()
        let booking = try #require(try await store.booking(BookingID("bkg_1")))
        #expect(booking.version == 3)
        #expect(booking.trip == nil)
        await #expect(throws: StoreError.self) {
            try await store.save(BookingStoreContract.sampleBooking(version: 4), journal: [], lease: .sample)
        }
        let now = Timestamp(secondsSinceEpoch: 1_800_000_000)
        #expect(try await store.takeOver(for: .sample, now: now, left: [], limit: 9).map(\.version) == [4])
        try await store.save(BookingStoreContract.sampleBooking(version: 5), journal: [], lease: .sample)
        try await store.close()
    }

    @Test(.enabled(if: geteuid() != 0, "root may write every file"))
    func aReadOnlyFileIsRefused() async throws {
        try await open().close()
        try FileManager.default.setAttributes([.posixPermissions: 0o400], ofItemAtPath: folder.path("store.db"))
        await expectRefusal(folder.path("store.db"), .unavailable, "Permission denied")
    }

    @Test func aDirectoryThatTakesNoFilesIsRefused() async throws {
        await expectRefusal("/proc/faremux.db", .unavailable, "can't be created")
    }

    @Test func aDamagedFileIsCorruptAndDoesNotEndTheProcess() async throws {
        try await writeSample()
        // The header and the schema on the first page stay: the rest is noise.
        var contents = try folder.contents("store.db")
        let page = 4096
        try #require(contents.count > 4 * page)
        var generator = SeededGenerator(seed: 7)
        for index in page..<contents.count { contents[index] = .random(in: 0...255, using: &generator) }
        try folder.write(contents, to: "store.db")

        let error = await #expect(throws: StoreError.self) {
            _ = try await open().unsettled(limit: 100)
        }
        #expect(error?.code == .corrupt)
    }

    @Test(arguments: 0..<40)
    func aFileWithSomeBytesChangedNeverEndsTheProcess(_ seed: Int) async throws {
        try await writeSample()
        var contents = try folder.contents("store.db")
        var generator = SeededGenerator(seed: UInt64(seed))
        for _ in 0..<200 {
            contents[Int.random(in: 0..<contents.count, using: &generator)] = .random(in: 0...255, using: &generator)
        }
        try folder.write(contents, to: "store.db")
        do {
            let store = try await open()
            let found = try await store.unsettled(limit: 100)
            #expect(found.count <= 100)
            for booking in found { _ = try await store.journal(of: booking.id) }
            _ = try await store.bookings(locator: "AAAAAA", limit: 100)
            try await store.save(BookingStoreContract.sampleBooking("bkg_7", version: 2), journal: [], lease: .sample)
        } catch let error as StoreError {
            #expect(!error.detail.isEmpty)
        }
    }

    @Test func aNewFileMayBeOpenedByManyAtOnce() async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<8 {
                group.addTask {
                    var configuration = SQLiteStore.Configuration()
                    // However slow the disk: each waits for all the others' syncs.
                    configuration.busyTimeout = .seconds(60)
                    let path = folder.path("store.db")
                    let store = try await SQLiteStore(path: path, configuration: configuration)
                    let booking = BookingStoreContract.sampleBooking("bkg_\(number)")
                    try await store.create(booking, journal: [], key: nil, lease: .sample)
                    try await store.close()
                }
            }
            try await group.waitForAll()
        }
        let store = try await open()
        #expect(try await store.unsettled(limit: 100).count == 8)
        try await store.close()
    }
}
