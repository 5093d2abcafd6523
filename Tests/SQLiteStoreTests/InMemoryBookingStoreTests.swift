import FareDomain
import FarePorts
import FareTestSupport
import Testing

struct InMemoryBookingStoreTests {
    private let store = InMemoryBookingStore()
    private let booking = BookingStoreContract.sampleBooking()

    @Test func aFailureBeforeLeavesNothing() async throws {
        store.inject { $0.operation == .create ? .before(StoreError(.busy, detail: "told to")) : nil }
        let error = await #expect(throws: StoreError.self) {
            try await store.create(booking, journal: [], key: nil, lease: .sample)
        }
        #expect(error?.code == .busy)
        #expect(store.records.isEmpty)
    }

    @Test func aFailureAfterLeavesWhatWasWritten() async throws {
        store.inject { $0.index == 0 ? .after(StoreError(.unavailable, detail: "told to")) : nil }
        let error = await #expect(throws: StoreError.self) {
            try await store.create(booking, journal: [], key: nil, lease: .sample)
        }
        #expect(error?.code == .unavailable)
        #expect(try await store.booking(booking.id) == booking)
        #expect(store.callCount == 2)
    }
}
