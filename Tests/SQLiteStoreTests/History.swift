import FareDomain
import FarePorts
import FareTestSupport
import Foundation
import GRDB
import Testing

@testable import SQLiteStore

/// Commits of a store, one after another, and what must be found after each of them.
struct History {
    /// A commit: how long the log was after it, and the version of each booking.
    struct Commit {
        var logLength: Int
        var versions: [String: Int64]
    }

    /// The first is the store before any booking.
    private(set) var commits: [Commit] = []
    private var versions: [String: Int64] = [:]

    /// Writes bookings in turn, `count` commits of them, into a store that never checkpoints.
    ///
    /// - Parameter before: what is in the store already.
    mutating func write(
        _ count: Int, to store: SQLiteStore, in folder: TemporaryFolder, after before: [String: Int64]
    ) async throws {
        versions = before
        try await store.pool.writeWithoutTransaction { try $0.execute(sql: "PRAGMA wal_autocheckpoint = 0") }
        commits = [Commit(logLength: 0, versions: before)]
        for index in 0..<count {
            let id = "bkg_\(index % 3)"
            let version = (versions[id] ?? 0) + 1
            try await History.save(id, version, in: store)
            versions[id] = version
            let log = try folder.contents("store.db-wal")
            commits.append(Commit(logLength: LogFormat.lengthInUse(log), versions: versions))
        }
    }

    /// One commit: creates the booking, or saves it.
    static func save(_ id: String, _ version: Int64, in store: SQLiteStore) async throws {
        let entry = BookingStoreContract.sampleEntry("step \(version)")
        if version == 1 {
            try await store.create(booking(id, version), journal: [entry], key: nil, lease: .sample)
        } else {
            try await store.save(booking(id, version), journal: [entry], lease: .sample)
        }
    }

    static func booking(_ id: String, _ version: Int64) -> BookingRecord {
        BookingStoreContract.sampleBooking(id, version: version, locators: ["V\(version)"])
    }

    /// Reads everything, and checks that it fits together: each booking whole, and its journal that of its version.
    ///
    /// - Returns: the version of each booking.
    static func read(_ store: SQLiteStore) async throws -> [String: Int64] {
        var versions: [String: Int64] = [:]
        for found in try await store.unsettled(limit: 1000) {
            let id = found.id.rawValue
            #expect(found == booking(id, found.version))
            let steps = (1...max(1, found.version)).map { "step \($0)" }
            #expect(try await store.journal(of: found.id).map(\.step) == steps)
            versions[id] = found.version
        }
        let flaws = try await store.pool.read { database in
            try String.fetchAll(database, sql: "PRAGMA integrity_check")
                + Row.fetchAll(database, sql: "PRAGMA foreign_key_check").map(\.description)
        }
        #expect(flaws == ["ok"])
        return versions
    }
}

/// The write-ahead log's format: <https://www.sqlite.org/fileformat2.html#the_write_ahead_log>.
enum LogFormat {
    static let header = 32
    static let frame = 24 + 4096

    /// Up to where a log is written: frames of an earlier use, which lie behind, have other salts than the header.
    static func lengthInUse(_ log: Data) -> Int {
        var end = header
        while end + frame <= log.count, log[end + 8..<end + 16] == log[16..<24] { end += frame }
        return end
    }
}
