import Dispatch
internal import FareDomain
public import FarePorts
import GRDB
import Synchronization

/// Bookings, their journals and idempotency keys in one SQLite file.
///
/// What a write returned from is on disk: the journal is a write-ahead log, synced at every commit (`synchronous=FULL`,
/// <https://www.sqlite.org/pragma.html#pragma_synchronous>). Several processes may open one file on a local disk; they
/// take turns at writing.
///
/// Calls block threads of GRDB's, never Swift's cooperative pool. Cancellation is ignored: a call is short, and a write
/// that was cancelled half-way would leave its caller not knowing. An error other than `conflict` and `duplicate` is no
/// proof that nothing was written: a disk may fail after the commit has reached it.
public final class SQLiteStore: BookingStore {
    /// Bounds on waiting.
    public struct Configuration: Sendable {
        /// How long a call waits for another process's lock before it is `busy`.
        public var busyTimeout: Duration = .seconds(2)
        /// How long `check()` takes at most.
        public var checkTimeout: Duration = .seconds(2)
        /// Room on the disk, in bytes, below which `check()` says `full`. What the log takes before it is brought back
        /// into the database: bookings at work can be finished with it, when no new ones come.
        public var reservedRoom: Int64 = 4 << 20
        /// Connections that read beside the one that writes; at least one.
        public var readers = 4
        /// Calls that run or wait at once; the next one is `busy`.
        public var waitingCalls = 1024

        public init() {}
    }

    public let kind = "sqlite"

    let pool: DatabasePool
    let file: StoreFile
    let configuration: Configuration
    let sharedCheck = SharedCheck()
    let metrics = StoreMetrics()
    private let waitingCalls = Atomic(0)

    /// Opens the file, creates it with mode 0600 if there is none, and brings its schema up to date.
    ///
    /// An existing file that others than its owner may read is closed to them: it holds passengers' data.
    ///
    /// - Parameter path: a file's path; its directory must exist and be writable, as SQLite keeps `-wal` and `-shm`
    ///   files beside it.
    /// - Throws: `busy` if another process holds the file for longer than the busy timeout; `unavailable` if the
    ///   directory is missing, the file is read-only, not a database, another program's, or of a newer Faremux;
    ///   `corrupt` if it is damaged. The detail says which, in words for operators.
    public init(path: String, configuration: Configuration = Configuration()) async throws(StoreError) {
        self.configuration = configuration
        let file = StoreFile(path: path)
        self.file = file
        pool = try await SQLiteStore.onBlockingThread { () throws(StoreError) in try file.open(configuration) }
    }

    /// Ends all connections, after the calls that run; later calls are `unavailable`.
    ///
    /// The log is brought back into the file, unless another process reads from it. Nothing is lost either way.
    ///
    /// - Throws: what SQLite says if a connection can't be ended.
    public func close() async throws(StoreError) {
        let pool = pool
        try await SQLiteStore.onBlockingThread { () throws(StoreError) in
            // GRDB ends its readers last, and a connection that only reads can't do this as it ends.
            try? pool.writeWithoutTransaction { try $0.execute(sql: "PRAGMA wal_checkpoint(TRUNCATE)") }
            do {
                try pool.close()
            } catch {
                throw StoreError(sqlite: error)
            }
        }
    }

    /// Runs `body` in a transaction that holds SQLite's write lock from its start.
    func transact<Value: Sendable>(
        _ body: @escaping @Sendable (Database) throws -> Value
    ) async throws(StoreError) -> Value {
        try admit()
        defer { leave() }
        // GRDB's async methods give up when the task is cancelled, even between a write and its commit: hence the
        // callbacks.
        let result: Result<Value, StoreError> = await withCheckedContinuation { continuation in
            pool.asyncWriteWithoutTransaction { database in
                continuation.resume(returning: SQLiteStore.inTransaction(database, body))
            }
        }
        return try result.get()
    }

    /// Runs `body` on a snapshot, which has everything that was acknowledged before.
    func look<Value: Sendable>(
        _ body: @escaping @Sendable (Database) throws -> Value
    ) async throws(StoreError) -> Value {
        try admit()
        defer { leave() }
        let result: Result<Value, StoreError> = await withCheckedContinuation { continuation in
            pool.asyncRead { database in
                let value = Result { try body(database.get()) }
                continuation.resume(returning: value.mapError { StoreError(sqlite: $0) })
            }
        }
        return try result.get()
    }

    static func inTransaction<Value>(
        _ database: Database, _ body: (Database) throws -> Value
    ) -> Result<Value, StoreError> {
        var value: Result<Value, any Error> = .failure(StoreError(.unavailable, detail: "no transaction ran"))
        do {
            try database.inTransaction(.immediate) {
                value = .success(try body(database))
                return .commit
            }
        } catch {
            value = .failure(error)
        }
        return value.mapError { StoreError(sqlite: $0) }
    }

    private static func onBlockingThread<Value: Sendable>(
        _ body: @escaping @Sendable () throws(StoreError) -> Value
    ) async throws(StoreError) -> Value {
        let result: Result<Value, StoreError> = await withCheckedContinuation { continuation in
            DispatchQueue.global().async {
                continuation.resume(returning: Result(catching: body))
            }
        }
        return try result.get()
    }

    private func admit() throws(StoreError) {
        let (waiting, _) = waitingCalls.add(1, ordering: .relaxed)
        if waiting >= configuration.waitingCalls {
            leave()
            throw StoreError(.busy, detail: "\(waiting) calls wait for the store")
        }
    }

    private func leave() {
        waitingCalls.subtract(1, ordering: .relaxed)
    }
}
