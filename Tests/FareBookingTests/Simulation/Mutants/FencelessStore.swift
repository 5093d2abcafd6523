import FareDomain
import FarePorts
import FareTestSupport

/// A store that lets everybody save: whatever version they have, and whoever owns the booking.
struct FencelessStore: BookingStoreFront {
    let behind: any BookingStore

    init(_ behind: any BookingStore) { self.behind = behind }

    func save(_ booking: BookingRecord, journal: [JournalEntry], lease: Lease) async throws(StoreError) {
        do throws(StoreError) {
            try await behind.save(booking, journal: journal, lease: lease)
        } catch {
            guard error.code == .conflict, let stored = try await behind.booking(booking.id) else { throw error }
            // Taking it over is the way past the fence of the store behind.
            let now = Timestamp(millisecondsSinceEpoch: .max / 4)
            _ = try await behind.takeOver(for: lease, now: now, left: [booking.id], limit: .max)
            var forced = booking
            forced.version = (try await behind.booking(booking.id) ?? stored).version + 1
            try await behind.save(forced, journal: journal, lease: lease)
        }
    }
}
