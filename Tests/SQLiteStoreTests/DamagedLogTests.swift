import FareDomain
import FarePorts
import FareTestSupport
import Foundation
import GRDB
import Testing

@testable import SQLiteStore

/// What is left of a store whose log was cut or damaged. What the log says up to there must be there, and no more.
struct DamagedLogTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder(inMemory: true) }

    /// A database and its log, as a crash leaves them, and what was committed when.
    private struct Crashed {
        var database: Data
        var log: Data
        var history: History

        /// What is found when the log is whole up to `length`.
        func versions(upTo length: Int) -> [String: Int64] {
            history.commits.last { $0.logLength <= length }?.versions ?? [:]
        }
    }

    /// - Parameter reused: whether the log was brought back into the database before, and is used again: frames of its
    ///   first use lie behind those of its second.
    private func crash(commits: Int, reused: Bool) async throws -> Crashed {
        let store = try await SQLiteStore(path: folder.path("store.db"))
        if reused {
            for version in 1...12 as ClosedRange<Int64> { try await History.save("bkg_old", version, in: store) }
            _ = try await store.pool.writeWithoutTransaction {
                try Row.fetchOne($0, sql: "PRAGMA wal_checkpoint(RESTART)")
            }
        }
        var history = History()
        let before = reused ? ["bkg_old": 12 as Int64] : [:]
        try await history.write(commits, to: store, in: folder, after: before)
        let crashed = Crashed(
            database: try folder.contents("store.db"), log: try folder.contents("store.db-wal"), history: history)
        try await store.close()
        return crashed
    }

    /// Opens what a crash left, and tells what is in it; writing goes on after it.
    private func survivors(_ database: Data, _ log: Data) async throws -> [String: Int64] {
        try folder.write(database, to: "cut.db")
        try folder.write(log, to: "cut.db-wal")
        let store = try await SQLiteStore(path: folder.path("cut.db"))
        let versions = try await History.read(store)
        try await History.save("bkg_new", 1, in: store)
        #expect(try await store.booking(BookingID("bkg_new")) == History.booking("bkg_new", 1))
        try await store.close()
        return versions
    }

    @Test(arguments: [false, true])
    func aCutLogLosesNothingOfTheCommitsBeforeTheCut(_ reused: Bool) async throws {
        let crashed = try await crash(commits: 6, reused: reused)
        let end = crashed.log.count
        // All lengths take too long, and inside of a frame they are all alike: so every one around each edge of the
        // log's parts, and one in 397.
        let edges = stride(from: LogFormat.header, through: end, by: LogFormat.frame)
            .flatMap { edge in [-1, 0, 1, 23, 24, 25].map { edge + $0 } }
        var lengths = Set(0...LogFormat.header + 1)
        lengths.formUnion(edges)
        lengths.formUnion(stride(from: 0, to: end, by: 397))
        for length in lengths.filter({ (0...end).contains($0) }).sorted() {
            let found = try await survivors(crashed.database, crashed.log.prefix(length))
            #expect(found == crashed.versions(upTo: length), "cut to \(length) bytes")
        }
    }

    @Test(arguments: [false, true])
    func aDamagedLogIsReadUpToTheDamage(_ reused: Bool) async throws {
        let crashed = try await crash(commits: 6, reused: reused)
        var generator = SeededGenerator(seed: 11)
        var places = Array(0..<LogFormat.header)
        for _ in 0..<200 { places.append(.random(in: 0..<crashed.log.count, using: &generator)) }
        for place in places {
            var log = crashed.log
            log[place] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
            let frames = (place - LogFormat.header) / LogFormat.frame
            let whole = place < LogFormat.header ? 0 : LogFormat.header + frames * LogFormat.frame
            do {
                let found = try await survivors(crashed.database, log)
                #expect(found == crashed.versions(upTo: whole), "damaged at \(place)")
            } catch let error as StoreError {
                // SQLite reads no log of another version of the format.
                #expect((4..<8).contains(place), "damaged at \(place): \(error)")
                #expect(error.detail.contains(folder.path("cut.db")), "\(error)")
            }
        }
    }

    /// SQLite would throw the log away, and begin anew.
    @Test func aLogWithoutItsDatabaseIsRefusedAndKept() async throws {
        let crashed = try await crash(commits: 3, reused: false)
        for isThere in [true, false] {
            try folder.write(crashed.log, to: "alone.db-wal")
            if isThere { try folder.write(Data(), to: "alone.db") }
            let error = await #expect(throws: StoreError.self) {
                _ = try await SQLiteStore(path: folder.path("alone.db"))
            }
            #expect(error?.code == .corrupt)
            #expect(error?.detail.contains("alone.db-wal") == true)
            #expect(try folder.contents("alone.db-wal") == crashed.log)
            try? FileManager.default.removeItem(atPath: folder.path("alone.db"))
        }
    }
}
