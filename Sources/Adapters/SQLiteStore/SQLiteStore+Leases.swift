public import FareDomain
public import FarePorts
import GRDB

extension SQLiteStore {
    public func renewLeases(of owner: String, until: Timestamp) async throws(StoreError) -> Int {
        try await write { database in
            try database.execute(
                sql: "UPDATE bookings SET lease_until = ? WHERE settled = 0 AND lease_owner = ?",
                arguments: [until.millisecondsSinceEpoch, owner])
            return database.changesCount
        }
    }

    public func endLeases(of owner: String) async throws(StoreError) {
        _ = try await renewLeases(of: owner, until: Timestamp(millisecondsSinceEpoch: 0))
    }

    public func takeOver(
        for lease: Lease, now: Timestamp, left: Set<BookingID>, limit: Int
    ) async throws(StoreError) -> [BookingRecord] {
        let farthest = lease.until.advanced(by: now.duration(to: lease.until))
        return try await write { database in
            let numbers = try database.numbers(
                ofFree: "lease_owner <> ?3 AND (lease_until <= ?1 OR lease_until > ?2)", orOwn: left, limit: limit,
                [now.millisecondsSinceEpoch, farthest.millisecondsSinceEpoch, lease.owner])
            return try numbers.flatMap { number in
                try database.execute(
                    sql: "UPDATE bookings SET version = version + 1, lease_owner = ?, lease_until = ? WHERE number = ?",
                    arguments: lease.columns + [number])
                return try database.bookings(where: "WHERE number = ?", [number])
            }
        }
    }

    public func claim(
        oneOf orders: [OrderName], for booking: BookingID, version: Int64
    ) async throws(StoreError) -> OrderName? {
        guard !orders.contains(where: { $0.id.utf8.contains(0) }) else {
            throw StoreError(.unavailable, detail: "an order's id with a NUL can't be stored")
        }
        return try await write { database in
            let stored = try Int64.fetchOne(
                database, sql: "SELECT version FROM bookings WHERE id = ?", arguments: [booking.rawValue])
            if let stored, stored != version {
                throw StoreError(.conflict, detail: "the booking is not at version \(version)")
            }
            var free: OrderName?
            for order in orders {
                let holder = try database.holder(of: order)
                if holder == booking.rawValue { return order }
                if holder == nil, free == nil { free = order }
            }
            guard let free else { return nil }
            try database.execute(
                sql: "INSERT INTO claimed_orders (provider, order_id, booking) VALUES (?, ?, ?)",
                arguments: [free.provider.rawValue, free.id, booking.rawValue])
            return free
        }
    }
}

extension Database {
    /// The booking that has claimed an order.
    fileprivate func holder(of order: OrderName) throws -> String? {
        try String.fetchOne(
            self, sql: "SELECT booking FROM claimed_orders WHERE provider = ? AND order_id = ?",
            arguments: [order.provider.rawValue, order.id])
    }

    /// The rows of bookings, oldest first. Those that were left are more than an SQL statement may name.
    fileprivate func numbers(
        ofFree condition: String, orOwn left: Set<BookingID>, limit: Int, _ arguments: StatementArguments
    ) throws -> [Int64] {
        let rows = try Row.fetchCursor(
            self,
            sql: """
                SELECT number, id, \(condition) FROM bookings
                WHERE settled = 0 AND (lease_owner = ?3 OR \(condition)) ORDER BY created_at, number
                """, arguments: arguments)
        var numbers: [Int64] = []
        while numbers.count < limit, let row = try rows.next() {
            let isFree: Bool = try row.decode(atIndex: 2)
            let id = try BookingID(row.decode(atIndex: 1))
            if isFree || left.contains(id) { try numbers.append(row.decode(atIndex: 0)) }
        }
        return numbers
    }
}
