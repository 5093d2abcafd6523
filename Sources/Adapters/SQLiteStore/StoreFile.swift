import FareDomain
import FarePorts
import GRDB
import Glibc

/// The database's file: made, checked and opened.
struct StoreFile {
    var path: String

    /// Opens a pool whose writer syncs every commit, with the schema up to date. Blocks.
    func open(_ configuration: SQLiteStore.Configuration) throws(StoreError) -> DatabasePool {
        // Two processes that open a new file at once must not both set it up.
        let lock = try DirectoryLock(directory, waitingAtMost: configuration.busyTimeout)
        defer { lock.release() }
        try prepareFile(in: lock)
        do {
            let pool = try DatabasePool(path: path, configuration: poolConfiguration(configuration))
            try pool.writeWithoutTransaction { database in
                // GRDB sets NORMAL after `prepareDatabase`, with which the last commits don't survive a power cut.
                try database.execute(sql: "PRAGMA synchronous = FULL")
                try StoreFile.settleLog(database)
                // A checkpoint gives the room back that a burst of writes took.
                try database.execute(sql: "PRAGMA journal_size_limit = 67108864")
            }
            let migrator = Schema.migrator
            guard try !pool.read(migrator.hasBeenSuperseded) else {
                throw StoreError(.unavailable, detail: "its schema is of a newer version of Faremux")
            }
            try migrator.migrate(pool)
            return pool
        } catch {
            let cause = StoreError(sqlite: error)
            throw StoreError(cause.code, detail: "\(path): \(cause.detail)")
        }
    }

    /// - Throws: `full` if others than root can write fewer bytes than that to the disk.
    func expectRoom(_ bytes: Int64) throws(StoreError) {
        var disk = statvfs()
        guard statvfs(path, &disk) == 0 else { throw failure("its disk can't be looked at") }
        let room = Int64(clamping: disk.f_bavail).multipliedReportingOverflow(by: Int64(clamping: disk.f_frsize))
        guard !room.overflow, room.partialValue < bytes else { return }
        throw StoreError(.full, detail: "\(path): \(room.partialValue) bytes are left on the disk")
    }

    /// Brings what was found in the log into the database, and begins a new log.
    ///
    /// After a sync that failed, the system may show frames at the log's end that are not on the disk, and never write
    /// them there: what followed them would be lost with them (`docs/decisions/0009-a-new-log-at-every-start.md`).
    /// While another process reads from the log it stays, and is that process's, which knows what was synced.
    private static func settleLog(_ database: Database) throws {
        _ = try Row.fetchOne(database, sql: "PRAGMA wal_checkpoint(TRUNCATE)")
    }

    private func poolConfiguration(_ configuration: SQLiteStore.Configuration) -> GRDB.Configuration {
        var result = GRDB.Configuration()
        result.label = "faremux-store"
        result.maximumReaderCount = max(1, configuration.readers)
        result.persistentReadOnlyConnections = true
        let busyTimeout = max(0, min(configuration.busyTimeout.milliseconds, Int64(CInt.max)))
        // Runs before GRDB turns the file into a write-ahead one: another program's file stays as it was.
        result.prepareDatabase { database in
            // GRDB's own setting is for the writer alone; its readers would wait for 10 seconds.
            try database.execute(sql: "PRAGMA busy_timeout = \(busyTimeout)")
            try database.execute(sql: "PRAGMA cell_size_check = ON; PRAGMA trusted_schema = OFF")
            try Schema.refuseForeign(database)
        }
        return result
    }

    private var directory: String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    private func prepareFile(in directory: DirectoryLock) throws(StoreError) {
        try refuseLogAlone()
        // Only ever opened here when it is new: closing a file drops the locks that SQLite has on it in this process
        // (https://www.sqlite.org/howtocorrupt.html, 2.2).
        let descriptor = Glibc.open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        if descriptor >= 0 {
            close(descriptor)
            // Else the file's name could be lost with the power, and what was acknowledged with it.
            try directory.sync()
            return
        }
        let reason = errno
        guard reason == EEXIST else {
            throw StoreError(.unavailable, detail: "\(path): can't be created: \(message(reason))")
        }
        var status = stat()
        guard stat(path, &status) == 0 else { throw failure("can't be looked at") }
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw StoreError(.unavailable, detail: "\(path): is not a file")
        }
        guard access(path, R_OK | W_OK) == 0 else { throw failure("can't be read and written") }
        for file in [path, path + "-wal", path + "-shm"] { try StoreFile(path: file).closeToOthers() }
    }

    /// SQLite takes the log of an empty database for nobody's, and throws it away with all that is in it.
    private func refuseLogAlone() throws(StoreError) {
        var (database, log) = (stat(), stat())
        let isEmpty = stat(path, &database) != 0 || database.st_size == 0
        guard isEmpty, stat(path + "-wal", &log) == 0, log.st_size > 0 else { return }
        throw StoreError(
            .corrupt,
            detail: "\(path): is empty or missing, but its log is not: bring it back, or move \(path)-wal away")
    }

    private func closeToOthers() throws(StoreError) {
        var status = stat()
        guard stat(path, &status) == 0, status.st_mode & 0o077 != 0 else { return }
        guard chmod(path, status.st_mode & 0o700) == 0 else { throw failure("others may read it") }
    }

    private func failure(_ what: String) -> StoreError {
        StoreError(.unavailable, detail: "\(path): \(what): \(message(errno))")
    }
}

/// Keeps other processes from opening a file of a directory's at the same time. Nothing is left on the disk.
private struct DirectoryLock {
    private let descriptor: CInt
    private let path: String

    /// Blocks until the lock is free.
    init(_ path: String, waitingAtMost limit: Duration) throws(StoreError) {
        self.path = path
        descriptor = Glibc.open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else {
            throw StoreError(.unavailable, detail: "the store's directory \(path): \(message(errno))")
        }
        let clock = ContinuousClock()
        let end = clock.now.advanced(by: limit)
        while flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
            let reason = errno
            if reason == EWOULDBLOCK || reason == EINTR, clock.now < end {
                usleep(10_000)
                continue
            }
            close(descriptor)
            throw StoreError(
                reason == EWOULDBLOCK ? .busy : .unavailable,
                detail: "the store's directory \(path) can't be locked: \(message(reason))")
        }
    }

    func sync() throws(StoreError) {
        guard fsync(descriptor) == 0 else {
            throw StoreError(.unavailable, detail: "the store's directory \(path) can't be synced: \(message(errno))")
        }
    }

    func release() {
        close(descriptor)
    }
}

/// What the system says about an `errno`.
private func message(_ code: CInt) -> String {
    withUnsafeTemporaryAllocation(of: CChar.self, capacity: 256) { buffer in
        guard let start = buffer.baseAddress else { return "error \(code)" }
        guard strerror_r(code, start, buffer.count) == 0 else { return "error \(code)" }
        return String(cString: start)
    }
}
