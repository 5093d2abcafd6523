import FarePorts
import SQLiteStore

/// Opens the store that the configuration names.
enum StoreOpening {
    static func open(_ configuration: ServiceConfiguration) async throws -> SQLiteStore {
        do throws(StoreError) {
            return try await SQLiteStore(path: configuration.storePath)
        } catch {
            throw StartError("the store \(configuration.storePath) can't be opened: \(error.detail)")
        }
    }
}
