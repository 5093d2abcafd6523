import FareDomain
import FarePorts
import FareTestSupport
import Foundation
import Glibc
import Testing

@testable import SQLiteStore

/// A process that writes as fast as it can is killed, again and again, on one store.
@Suite(.serialized) struct KilledWriterTests {
    @Test func whatAKilledProcessHadAcknowledgedIsThere() async throws {
        let folder = try TemporaryFolder()
        let (store, journal) = (folder.path("store.db"), folder.path("acknowledged"))
        var generator = SeededGenerator(seed: 23)
        for round in 0..<60 {
            let id = "bkg_\(round)"
            let count = Int64.random(in: 12...25, using: &generator)
            let pause = UInt32.random(in: 0..<5000, using: &generator)
            await #expect(processExitsWith: .signal(SIGKILL)) {
                [
                    store = store as String, journal = journal as String, id = id as String, count = count as Int64,
                    pause = pause as UInt32
                ] in
                try await KilledWriterTests.write(store, id, journal, killedAfter: count, and: pause)
            }
            let reopened = try await SQLiteStore(path: store)
            let found = try await History.read(reopened)
            let acknowledged = try folder.acknowledged("acknowledged")
            for (id, version) in acknowledged {
                // One more may have been written when there was no time left to tell.
                #expect((version...version + 1).contains(found[id] ?? 0), "round \(round): \(id)")
            }
            #expect(acknowledged[id, default: 0] >= count, "round \(round): killed too early")
            try await reopened.close()
        }
    }

    /// Saves a booking over and over, tells each save that was acknowledged, and is killed meanwhile.
    ///
    /// - Parameters:
    ///   - count: saves that are told first, however slow the disk.
    ///   - microseconds: from then on until it is killed.
    private static func write(
        _ path: String, _ id: String, _ journal: String, killedAfter count: Int64, and microseconds: UInt32
    ) async throws {
        let told = open(journal, O_WRONLY | O_CREAT | O_APPEND, 0o600)
        let store = try await SQLiteStore(path: path)
        for version in 1...Int64.max {
            try await History.save(id, version, in: store)
            let line = Array("\(id) \(version)\n".utf8)
            // What was written to a file outlives its process.
            guard Glibc.write(told, line, line.count) == line.count else { exit(1) }
            guard version == count else { continue }
            Thread.detachNewThread {
                usleep(microseconds)
                kill(getpid(), SIGKILL)
            }
        }
    }
}

extension TemporaryFolder {
    /// The last version of each booking that was told to be saved.
    fileprivate func acknowledged(_ name: String) throws -> [String: Int64] {
        var versions: [String: Int64] = [:]
        for line in String(decoding: (try? contents(name)) ?? Data(), as: UTF8.self).split(separator: "\n") {
            let parts = line.split(separator: " ")
            if parts.count == 2, let version = Int64(parts[1]) { versions[String(parts[0])] = version }
        }
        return versions
    }
}
