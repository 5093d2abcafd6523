import Foundation

/// A disk of a test's own that fails when told to, and that keeps what would be left of it after a power cut.
///
/// A C library, compiled here and loaded before libc, stands between a program and the files in the disk's folder. A
/// failed sync is as bad as Linux makes it: the system goes on showing what was written, takes it for written, and
/// never tries again (<https://wiki.postgresql.org/wiki/Fsync_Errors>). So a page is on the platter only once it was
/// synced after its last write.
final class FaultyDisk: Sendable {
    enum Fault: String {
        /// Syncing gives EIO.
        case sync = "fail-sync"
        /// No file can grow: ENOSPC.
        case full
    }

    private let folder: URL

    init() throws {
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("faremux-disk-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try Data(Self.source.utf8).write(to: folder.appendingPathComponent("disk.c"))
        let compiler = Process()
        compiler.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        compiler.arguments = ["cc", "-shared", "-fPIC", "-O1", "-o", library, path("disk.c"), "-ldl", "-lpthread"]
        try compiler.run()
        compiler.waitUntilExit()
        guard compiler.terminationStatus == 0 else { throw HarnessError("cc can't compile the disk") }
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    /// For the program that uses the disk.
    var environment: [String: String] {
        ["LD_PRELOAD": library, "FAULTY_DISK": folder.path, "FAREMUX_STORE": "sqlite:///\(path("store.db"))"]
    }

    func set(_ fault: Fault) throws { try Data().write(to: folder.appendingPathComponent(fault.rawValue)) }

    func mend() {
        for fault in [Fault.sync, .full] { try? FileManager.default.removeItem(atPath: path(fault.rawValue)) }
    }

    /// How often something failed.
    func failures() -> Int {
        (try? FileManager.default.attributesOfItem(atPath: path("failures"))[.size] as? Int).flatMap { $0 } ?? 0
    }

    /// While nobody runs: the files become what is on the platter.
    func cutPower() throws {
        for name in ["store.db", "store.db-wal", "store.db-shm"] {
            try? FileManager.default.removeItem(atPath: path(name))
            guard FileManager.default.fileExists(atPath: path("\(name).platter")) else { continue }
            try FileManager.default.copyItem(atPath: path("\(name).platter"), toPath: path(name))
        }
        for name in ["store.db", "store.db-wal"] { try? FileManager.default.removeItem(atPath: path("\(name).dirty")) }
    }

    /// While nobody runs: cuts the store's log short.
    func cutLog(to bytes: Int) throws {
        let log = try FileHandle(forWritingTo: folder.appendingPathComponent("store.db-wal"))
        try log.truncate(atOffset: UInt64(bytes))
        try log.close()
        try? FileManager.default.removeItem(atPath: path("store.db-shm"))
    }

    /// The store's log as it is now.
    func log() -> Data { FileManager.default.contents(atPath: path("store.db-wal")) ?? Data() }

    private var library: String { path("disk.so") }

    private func path(_ name: String) -> String { folder.appendingPathComponent(name).path }
}
