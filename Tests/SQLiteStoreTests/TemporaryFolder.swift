import Foundation

/// A folder of a test's own, which is gone with the last reference to it.
final class TemporaryFolder: Sendable {
    let url: URL

    /// - Parameter inMemory: where there is a file system in memory: for tests that open a store a thousand times, and
    ///   for which syncing matters nothing.
    init(inMemory: Bool = false) throws {
        let memory = "/dev/shm"
        let isMemory = inMemory && FileManager.default.isWritableFile(atPath: memory)
        let parent = isMemory ? URL(filePath: memory) : FileManager.default.temporaryDirectory
        url = parent.appending(path: "faremux-store-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: false)
    }

    deinit {
        try? FileManager.default.removeItem(at: url)
    }

    func path(_ name: String) -> String { url.appending(path: name).path }

    /// Copies the database and its log, as they are now, to `name`: what a process would find after a crash.
    ///
    /// For a moment when nobody writes. Closing the copied file drops SQLite's locks on it in this process
    /// (<https://www.sqlite.org/howtocorrupt.html>, 2.2), which no test here relies on after a copy.
    func snapshot(of store: String, as name: String) throws {
        try write(contents(store), to: name)
        try write(contents("\(store)-wal"), to: "\(name)-wal")
    }

    func contents(_ name: String) throws -> Data { try Data(contentsOf: url.appending(path: name)) }

    func write(_ data: Data, to name: String) throws { try data.write(to: url.appending(path: name)) }

    func mode(_ name: String) throws -> Int? {
        try FileManager.default.attributesOfItem(atPath: path(name))[.posixPermissions] as? Int
    }
}
