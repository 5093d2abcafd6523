import FareDomain
import FarePorts

extension InMemoryBookingStore {
    /// What is stored, behind the store's lock.
    struct Contents {
        struct Key {
            var claim: KeyClaim
            var booking: BookingID?
            var answer: StoredAnswer?
        }

        struct Booking {
            var record: BookingRecord
            var journal: [JournalEntry]
            var lease: Lease
            /// Which booking it was: among those of one instant, the order of creation decides.
            var number: Int
        }

        var calls = 0
        var failure: @Sendable (Call) -> Failure? = { _ in nil }
        var keys: [IdempotencyKey: Key] = [:]
        var bookings: [BookingID: Booking] = [:]
        var orders: [OrderName: BookingID] = [:]

        /// Oldest first.
        func records(where isIncluded: (BookingRecord) -> Bool) -> [BookingRecord] {
            bookings.values.filter { isIncluded($0.record) }
                .sorted { ($0.record.createdAt, $0.number) < ($1.record.createdAt, $1.number) }
                .map(\.record)
        }

        func mayForget(_ key: Key, before: Timestamp) -> Bool {
            guard key.claim.expiresAt < before else { return false }
            guard let id = key.booking, let booking = bookings[id]?.record else { return true }
            return key.answer != nil && booking.settled && booking.updatedAt < before
        }

        func refuseDuplicate(of booking: BookingRecord) throws(StoreError) {
            guard let trip = booking.trip, let since = trip.duplicatesSince else { return }
            let others = records { other in
                other.id != booking.id && other.trip?.fingerprint == trip.fingerprint && other.createdAt >= since
                    && ["pending", "ticketed", "cancelling"].contains(other.status)
            }
            guard let first = others.first else { return }
            throw StoreError(.duplicate, detail: "there is another booking of the same trip", booking: first.id)
        }
    }
}
