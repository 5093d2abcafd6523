import FarePorts
import FareTestSupport
import SQLiteStore
import Testing

struct ContractTests {
    @Test(arguments: BookingStoreContract.allCases)
    func sqliteKeepsTheContract(_ clause: BookingStoreContract) async throws {
        let folder = try TemporaryFolder()
        let store = try await SQLiteStore(path: folder.path("store.db"))
        try await clause.check { store }
        try await store.close()
    }

    @Test(arguments: BookingStoreContract.allCases)
    func theStoreInMemoryKeepsTheContract(_ clause: BookingStoreContract) async throws {
        try await clause.check { InMemoryBookingStore() }
    }
}
