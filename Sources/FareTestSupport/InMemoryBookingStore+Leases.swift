public import FareDomain
public import FarePorts

extension InMemoryBookingStore {
    public func renewLeases(of owner: String, until: Timestamp) async throws(StoreError) -> Int {
        try perform(.renewLeases) { $0.setLeases(of: owner, until: until) }
    }

    public func endLeases(of owner: String) async throws(StoreError) {
        try perform(.endLeases) { _ = $0.setLeases(of: owner, until: Timestamp(millisecondsSinceEpoch: 0)) }
    }

    public func takeOver(
        for lease: Lease, now: Timestamp, left: Set<BookingID>, limit: Int
    ) async throws(StoreError) -> [BookingRecord] {
        try perform(.takeOver) { state in
            let farthest = lease.until.advanced(by: now.duration(to: lease.until))
            let free = state.records { record in
                guard !record.settled, let held = state.bookings[record.id]?.lease else { return false }
                if held.owner == lease.owner { return left.contains(record.id) }
                return held.until <= now || held.until > farthest
            }
            return free.prefix(max(0, limit)).compactMap { record in
                state.bookings[record.id]?.record.version += 1
                state.bookings[record.id]?.lease = lease
                return state.bookings[record.id]?.record
            }
        }
    }

    public func claim(
        oneOf orders: [OrderName], for booking: BookingID, version: Int64
    ) async throws(StoreError) -> OrderName? {
        try perform(.claimOrder) { state throws(StoreError) in
            if let stored = state.bookings[booking]?.record.version, stored != version {
                throw StoreError(.conflict, detail: "the booking is not at version \(version)")
            }
            if let own = orders.first(where: { state.orders[$0] == booking }) { return own }
            guard let free = orders.first(where: { state.orders[$0] == nil }) else { return nil }
            state.orders[free] = booking
            return free
        }
    }
}

extension InMemoryBookingStore.Contents {
    fileprivate mutating func setLeases(of owner: String, until: Timestamp) -> Int {
        let held = bookings.values.filter { !$0.record.settled && $0.lease.owner == owner }
        for booking in held { bookings[booking.record.id]?.lease.until = until }
        return held.count
    }
}
