import FareDomain
import FarePorts
import FareTestSupport
import Foundation
import Glibc
import Testing

@testable import SQLiteStore

/// A real file system without room. Only root may mount one; `StoreFailureTests` runs the whole service on a disk that
/// says that it is full, whoever runs the tests.
@Suite(.serialized, .enabled(if: SmallDisk.canBeMounted, "only root may mount a file system"))
struct FullDiskTests {
    @Test func aFullDiskLosesNothingAndTheStoreGoesOnWhenThereIsRoom() async throws {
        let disk = try SmallDisk(bytes: 2 << 20)
        var configuration = SQLiteStore.Configuration()
        configuration.reservedRoom = 100_000
        let store = try await SQLiteStore(path: disk.path("store.db"), configuration: configuration)
        try await store.check()
        try await History.save("bkg_0", 1, in: store)
        for round in 0..<3 {
            let room = try disk.fill(leaving: round * 20_000)
            let acknowledged = try await saveUntilFull(store)
            let error = await #expect(throws: StoreError.self) { try await store.check() }
            #expect(error?.code == .full)
            // Those that were there can be read all the same.
            #expect(try await History.read(store)["bkg_0"] == acknowledged)
            try disk.removeItem(room)
            try await store.check()
            try await History.save("bkg_0", acknowledged + 1, in: store)
        }
        let last = try await History.read(store)
        try await store.close()
        let reopened = try await SQLiteStore(path: disk.path("store.db"))
        #expect(try await History.read(reopened) == last)
        try await reopened.close()
    }

    @Test func aStoreThatWasKilledOnAFullDiskOpensAgainOrSaysWhyNot() async throws {
        let disk = try SmallDisk(bytes: 2 << 20)
        let store = try await SQLiteStore(path: disk.path("store.db"))
        try await History.save("bkg_0", 1, in: store)
        let room = try disk.fill(leaving: 30_000)
        let acknowledged = try await saveUntilFull(store)
        // A second store on the same file comes late to a full disk.
        do throws(StoreError) {
            try await SQLiteStore(path: disk.path("store.db")).close()
        } catch {
            #expect(error.code == .full)
            #expect(error.detail.contains(disk.path("store.db")))
        }
        try disk.removeItem(room)
        let reopened = try await SQLiteStore(path: disk.path("store.db"))
        #expect(try await History.read(reopened) == ["bkg_0": acknowledged])
        try await reopened.close()
        try await store.close()
    }

    /// Goes on from the version that is there.
    ///
    /// - Returns: the last version that was acknowledged.
    private func saveUntilFull(_ store: SQLiteStore) async throws -> Int64 {
        var version = try await store.booking(BookingID("bkg_0"))?.version ?? 0
        for _ in 0..<10_000 {
            do {
                try await History.save("bkg_0", version + 1, in: store)
                version += 1
            } catch let error as StoreError {
                #expect(error.code == .full, "\(error)")
                return version
            }
        }
        Issue.record("the disk never got full")
        return version
    }
}

/// A file system in memory, gone with the last reference to it.
private final class SmallDisk: Sendable {
    private let folder: TemporaryFolder

    init(bytes: Int) throws {
        folder = try TemporaryFolder()
        guard mount("tmpfs", folder.url.path, "tmpfs", 0, "size=\(bytes)") == 0 else {
            throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EPERM)
        }
    }

    deinit { umount2(folder.url.path, CInt(MNT_DETACH)) }

    static var canBeMounted: Bool { (try? SmallDisk(bytes: 1 << 16)) != nil }

    func path(_ name: String) -> String { folder.path(name) }

    /// Takes all the room but some.
    ///
    /// - Returns: the file that takes it.
    func fill(leaving bytes: Int) throws -> String {
        let name = "ballast"
        let ballast = open(path(name), O_WRONLY | O_CREAT, 0o600)
        let page = Array(repeating: UInt8(1), count: 4096)
        while write(ballast, page, page.count) > 0 {}
        let end = lseek(ballast, 0, SEEK_END)
        #expect(ftruncate(ballast, max(0, end - bytes)) == 0)
        #expect(close(ballast) == 0)
        return name
    }

    func removeItem(_ name: String) throws { try FileManager.default.removeItem(atPath: path(name)) }
}
