import FarePorts
import GRDB

extension StoreError {
    /// What the core may know of an error of SQLite's or of ours. No values are told, so no passengers' data.
    init(sqlite error: any Error) {
        switch error {
        case let error as StoreError:
            self = error
        case let error as DatabaseError:
            self.init(Code(error.resultCode), detail: StoreError.describe(error))
        case is RowDecodingError:
            self.init(.corrupt, detail: "a stored value has another type than its column")
        default:
            self.init(.unavailable, detail: "the store failed: \(type(of: error))")
        }
    }

    private static func describe(_ error: DatabaseError) -> String {
        "SQLite \(error.extendedResultCode.rawValue): \(error.message ?? "\(error.extendedResultCode)")"
    }
}

extension StoreError.Code {
    /// By the primary result code: <https://www.sqlite.org/rescode.html>.
    fileprivate init(_ code: ResultCode) {
        switch code {
        case .SQLITE_BUSY, .SQLITE_LOCKED, .SQLITE_PROTOCOL: self = .busy
        case .SQLITE_FULL: self = .full
        case .SQLITE_CORRUPT: self = .corrupt
        case .SQLITE_CONSTRAINT: self = .conflict
        // Disk, permissions, memory, and whatever should not happen: nothing that another try mends by itself.
        default: self = .unavailable
        }
    }
}
