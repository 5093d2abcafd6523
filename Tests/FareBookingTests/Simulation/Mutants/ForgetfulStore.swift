import FareDomain
import FarePorts
import FareTestSupport
import Synchronization

/// A store that says at once that it has written what is about to be done, and writes it with the next save.
struct ForgetfulStore: BookingStoreFront {
    private struct Owed {
        var record: BookingRecord
        var journal: [JournalEntry]
        var lease: Lease
    }

    private final class Memory: Sendable {
        let owed = Mutex<[BookingID: Owed]>([:])
    }

    let behind: any BookingStore
    private let memory = Memory()

    init(_ behind: any BookingStore) { self.behind = behind }

    func save(_ booking: BookingRecord, journal: [JournalEntry], lease: Lease) async throws(StoreError) {
        let owed = memory.owed.withLock { $0.removeValue(forKey: booking.id) }
        if let owed { try? await behind.save(owed.record, journal: owed.journal, lease: owed.lease) }
        guard let last = journal.last, last.result == .intended, !booking.settled else {
            return try await behind.save(booking, journal: journal, lease: lease)
        }
        memory.owed.withLock { $0[booking.id] = Owed(record: booking, journal: journal, lease: lease) }
    }
}
