public import FareDomain
public import FarePorts
import Foundation
import GRDB

extension SQLiteStore {
    public func create(
        _ booking: BookingRecord, journal: [JournalEntry], key: IdempotencyKey?, lease: Lease
    ) async throws(StoreError) {
        guard booking.version == 1 else {
            throw StoreError(.conflict, detail: "a new booking of version \(booking.version)")
        }
        try await write { database in
            if let key {
                let stored = try StoredKey.find(key, database)
                guard let stored, stored.owner == lease.owner, stored.booking == nil, stored.answer == nil else {
                    throw StoreError(.conflict, detail: "the idempotency key is not this owner's any more")
                }
            }
            try database.execute(
                sql: """
                    INSERT INTO bookings (
                        version, status, settled, caller, key, state, created_at, updated_at, trip, duplicates_since,
                        lease_owner, lease_until, id
                    ) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                    """, arguments: booking.columns + lease.columns + [booking.id.rawValue])
            let number = database.lastInsertedRowID
            try database.refuseDuplicate(of: booking, number)
            try database.insert(locators: booking.locators, of: number)
            try database.append(journal, to: number)
            if let key {
                try database.execute(
                    sql: "UPDATE idempotency_keys SET booking = ? WHERE caller = ? AND key = ?",
                    arguments: [number, key.caller, key.key])
            }
        }
    }

    public func save(_ booking: BookingRecord, journal: [JournalEntry], lease: Lease) async throws(StoreError) {
        try await write { database in
            let row = try Row.fetchOne(
                database,
                sql: "SELECT number, trip, settled OR lease_owner = ? FROM bookings WHERE id = ? AND version = ?",
                arguments: [lease.owner, booking.id.rawValue, booking.version &- 1])
            guard let row else {
                throw StoreError(.conflict, detail: "the booking is not at version \(booking.version &- 1)")
            }
            guard try row.decode(Bool.self, atIndex: 2) else {
                throw StoreError(.conflict, detail: "the booking is another owner's")
            }
            let number = try row.decode(Int64.self, atIndex: 0)
            if try row.decode(Data?.self, atIndex: 1) != booking.trip.map({ Data($0.fingerprint) }) {
                try database.refuseDuplicate(of: booking, number)
            }
            try database.execute(
                sql: """
                    UPDATE bookings
                    SET version = ?, status = ?, settled = ?, caller = ?, key = ?, state = ?, created_at = ?,
                        updated_at = ?, trip = ?, duplicates_since = ?, lease_owner = ?, lease_until = ?
                    WHERE number = ?
                    """, arguments: booking.columns + lease.columns + [number])
            try database.execute(sql: "DELETE FROM locators WHERE booking = ?", arguments: [number])
            try database.insert(locators: booking.locators, of: number)
            try database.append(journal, to: number)
        }
    }

    public func booking(_ id: BookingID) async throws(StoreError) -> BookingRecord? {
        try await bookings(where: "WHERE id = ?", [id.rawValue]).first
    }

    public func bookings(locator: String, limit: Int) async throws(StoreError) -> [BookingRecord] {
        try await bookings(
            where: """
                WHERE number IN (SELECT booking FROM locators WHERE locator = ?)
                ORDER BY created_at DESC, number DESC LIMIT ?
                """, [locator.withoutNUL, max(0, limit)])
    }

    public func unsettled(limit: Int) async throws(StoreError) -> [BookingRecord] {
        try await bookings(where: "WHERE settled = 0 ORDER BY created_at, number LIMIT ?", [max(0, limit)])
    }

    public func bookings(changedSince since: Timestamp, limit: Int) async throws(StoreError) -> [BookingRecord] {
        try await bookings(
            where: "WHERE updated_at >= ? ORDER BY updated_at, created_at, number LIMIT ?",
            [since.millisecondsSinceEpoch, max(0, limit)])
    }

    public func journal(of id: BookingID) async throws(StoreError) -> [JournalEntry] {
        try await read { database in
            let rows = try Row.fetchAll(
                database,
                sql: """
                    SELECT at, component, attempt, step, key_number, result, detail FROM journal
                    WHERE booking = (SELECT number FROM bookings WHERE id = ?) ORDER BY number
                    """, arguments: [id.rawValue])
            return try rows.map(JournalEntry.init)
        }
    }

    /// One row written, synced, and read again; and a look at how much room there is.
    ///
    /// - Throws: `busy` when it takes longer than `Configuration.checkTimeout`, `full` when there is less room than
    ///   `Configuration.reservedRoom`.
    public func check() async throws(StoreError) {
        let (file, reservedRoom) = (file, configuration.reservedRoom)
        try await sharedCheck.join(waitingAtMost: configuration.checkTimeout) { end in
            pool.asyncWriteWithoutTransaction { database in
                end(
                    SQLiteStore.inTransaction(database) { database in
                        try database.execute(sql: "UPDATE heartbeat SET beats = beats + 1")
                        try file.expectRoom(reservedRoom)
                        guard try Int64.fetchOne(database, sql: "SELECT beats FROM heartbeat") != nil else {
                            throw StoreError(.corrupt, detail: "the heartbeat's row is gone")
                        }
                    })
            }
        }
    }

    private func bookings(
        where clause: String, _ arguments: StatementArguments
    ) async throws(StoreError) -> [BookingRecord] {
        try await read { try $0.bookings(where: clause, arguments) }
    }
}

extension Database {
    func bookings(where clause: String, _ arguments: StatementArguments) throws -> [BookingRecord] {
        let rows = try Row.fetchAll(
            self,
            sql: """
                SELECT number, id, version, status, settled, caller, key, state, created_at, updated_at, trip,
                    duplicates_since
                FROM bookings \(clause)
                """, arguments: arguments)
        return try rows.map { row in
            let locators = try String.fetchAll(
                self, sql: "SELECT locator FROM locators WHERE booking = ? ORDER BY position",
                arguments: [row.decode(Int64.self, atIndex: 0)])
            return try BookingRecord(row, locators: locators)
        }
    }

    /// Those that can still end in a ticket, or have one.
    ///
    /// - Parameter number: the booking's own row.
    fileprivate func refuseDuplicate(of booking: BookingRecord, _ number: Int64) throws {
        guard let trip = booking.trip, let since = trip.duplicatesSince else { return }
        let first = try String.fetchOne(
            self,
            sql: """
                SELECT id FROM bookings
                WHERE trip = ? AND created_at >= ? AND number <> ? AND status IN ('pending', 'ticketed', 'cancelling')
                ORDER BY created_at, number LIMIT 1
                """, arguments: [Data(trip.fingerprint), since.millisecondsSinceEpoch, number])
        guard let first else { return }
        throw StoreError(
            .duplicate, detail: "there is another booking of the same trip", booking: BookingID(first))
    }

    fileprivate func insert(locators: [String], of booking: Int64) throws {
        let statement = try cachedStatement(sql: "INSERT INTO locators (booking, position, locator) VALUES (?, ?, ?)")
        for (position, locator) in locators.enumerated() {
            try statement.execute(arguments: [booking, position, locator.withoutNUL])
        }
    }

    fileprivate func append(_ entries: [JournalEntry], to booking: Int64) throws {
        let statement = try cachedStatement(
            sql: """
                INSERT INTO journal (booking, at, component, attempt, step, key_number, result, detail)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?)
                """)
        for entry in entries {
            try statement.execute(arguments: [
                booking, entry.at.millisecondsSinceEpoch, entry.component, entry.attempt, entry.step, entry.number,
                entry.result.rawValue, entry.detail.withoutNUL,
            ])
        }
    }
}

extension BookingRecord {
    /// `version`, `status`, `settled`, `caller`, `key`, `state`, `created_at`, `updated_at`, `trip`,
    /// `duplicates_since`.
    fileprivate var columns: StatementArguments {
        [
            version, status, settled, key?.caller, key?.key, Data(state), createdAt.millisecondsSinceEpoch,
            updatedAt.millisecondsSinceEpoch, trip.map { Data($0.fingerprint) },
            trip?.duplicatesSince?.millisecondsSinceEpoch,
        ]
    }

    fileprivate init(_ row: Row, locators: [String]) throws {
        let caller = try row.decode(String?.self, atIndex: 5)
        let key = try row.decode(String?.self, atIndex: 6)
        try self.init(
            id: BookingID(row.decode(atIndex: 1)), version: row.decode(atIndex: 2), status: row.decode(atIndex: 3),
            settled: row.decode(atIndex: 4), locators: locators,
            key: caller.flatMap { caller in key.map { IdempotencyKey(caller: caller, key: $0) } },
            state: row.bytes(7), createdAt: row.timestamp(8), updatedAt: row.timestamp(9),
            trip: row.decode(Data?.self, atIndex: 10).map { fingerprint in
                let since = try row.decode(Int64?.self, atIndex: 11)
                return Trip(
                    fingerprint: [UInt8](fingerprint),
                    duplicatesSince: since.map { Timestamp(millisecondsSinceEpoch: $0) })
            })
    }
}

extension Lease {
    /// `lease_owner`, `lease_until`.
    var columns: StatementArguments { [owner, until.millisecondsSinceEpoch] }
}

extension JournalEntry {
    fileprivate init(_ row: Row) throws {
        guard let result = Result(rawValue: try row.decode(atIndex: 5)) else {
            throw StoreError(.corrupt, detail: "a journal line has an unknown result")
        }
        try self.init(
            at: row.timestamp(0), component: row.decode(atIndex: 1), attempt: row.decode(atIndex: 2),
            step: row.decode(atIndex: 3), number: row.decode(atIndex: 4), result: result,
            detail: row.decode(atIndex: 6))
    }
}

extension String {
    /// Text from outside may have a NUL, where SQLite's texts end here: the rest of the line must not be lost.
    fileprivate var withoutNUL: String {
        utf8.contains(0) ? String(unicodeScalars.map { $0 == "\0" ? "\u{FFFD}" : Character($0) }) : self
    }
}
