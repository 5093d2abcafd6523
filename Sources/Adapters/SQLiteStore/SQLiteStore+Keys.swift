public import FareDomain
public import FarePorts
import Foundation
import GRDB

extension SQLiteStore {
    public func claim(
        _ key: IdempotencyKey, as claim: KeyClaim, now: Timestamp
    ) async throws(StoreError) -> KeyState {
        try refuseNUL(key)
        let farthest = claim.expiresAt.advanced(by: now.duration(to: claim.expiresAt))
        return try await write { database in
            guard let stored = try StoredKey.find(key, database) else {
                try database.execute(
                    sql: """
                        INSERT INTO idempotency_keys (fingerprint, owner, expires_at, caller, key)
                        VALUES (?, ?, ?, ?, ?)
                        """, arguments: claim.columns + key.columns)
                return .claimed
            }
            guard stored.fingerprint == claim.fingerprint else { return .reused }
            if let answer = stored.answer { return .answered(answer) }
            if stored.expiresAt > now, stored.expiresAt <= farthest { return .inProgress(stored.booking) }
            if let booking = stored.booking { return .booked(booking) }
            try database.execute(
                sql: """
                    UPDATE idempotency_keys SET fingerprint = ?, owner = ?, expires_at = ? WHERE caller = ? AND key = ?
                    """, arguments: claim.columns + key.columns)
            return .claimed
        }
    }

    /// Also false once the key has its answer: there is nothing left to own.
    public func renew(
        _ key: IdempotencyKey, owner: String, until: Timestamp
    ) async throws(StoreError) -> Bool {
        try refuseNUL(key)
        return try await write { database in
            try database.execute(
                sql: """
                    UPDATE idempotency_keys SET expires_at = ?
                    WHERE caller = ? AND key = ? AND owner = ? AND answer_status IS NULL
                    """, arguments: [until.millisecondsSinceEpoch] + key.columns + [owner])
            return database.changesCount > 0
        }
    }

    /// Does nothing to a key that has a booking or an answer.
    public func abandon(_ key: IdempotencyKey, owner: String) async throws(StoreError) {
        try refuseNUL(key)
        try await write { database in
            try database.execute(
                sql: """
                    DELETE FROM idempotency_keys
                    WHERE caller = ? AND key = ? AND owner = ? AND booking IS NULL AND answer_status IS NULL
                    """, arguments: key.columns + [owner])
        }
    }

    /// - Throws: `conflict` if nobody has claimed the key.
    public func finish(
        _ key: IdempotencyKey, with answer: StoredAnswer, now: Timestamp
    ) async throws(StoreError) {
        try refuseNUL(key)
        try await write { database in
            try database.execute(
                sql: """
                    UPDATE idempotency_keys
                    SET answer_status = ?, answer_type = ?, answer_location = ?, answer_body = ?, expires_at = ?
                    WHERE caller = ? AND key = ? AND answer_status IS NULL
                    """,
                arguments: [
                    answer.status, answer.contentType, answer.location, Data(answer.body), now.millisecondsSinceEpoch,
                ] + key.columns)
            guard try database.changesCount > 0 || StoredKey.find(key, database) != nil else {
                throw StoreError(.conflict, detail: "no such idempotency key")
            }
        }
    }

    /// A small `limit` holds the write lock for a short time only.
    public func purge(before: Timestamp, limit: Int) async throws(StoreError) -> Int {
        try await write { database in
            try database.execute(
                sql: """
                    DELETE FROM idempotency_keys WHERE rowid IN (
                        SELECT keys.rowid FROM idempotency_keys AS keys
                        LEFT JOIN bookings ON bookings.number = keys.booking
                        WHERE keys.expires_at < ?1 AND (
                            keys.booking IS NULL
                            OR keys.answer_status IS NOT NULL AND bookings.settled AND bookings.updated_at < ?1
                        )
                        ORDER BY keys.expires_at LIMIT ?2
                    )
                    """, arguments: [before.millisecondsSinceEpoch, max(0, limit)])
            return database.changesCount
        }
    }

    /// SQLite's texts end at a NUL here: two such keys could be taken for one. No HTTP field has one (RFC 9110, 5.5).
    private func refuseNUL(_ key: IdempotencyKey) throws(StoreError) {
        guard !key.key.utf8.contains(0), !key.caller.utf8.contains(0) else {
            throw StoreError(.unavailable, detail: "an idempotency key with a NUL can't be stored")
        }
    }
}

/// A row of the keys' table.
struct StoredKey {
    var fingerprint: [UInt8]
    var owner: String
    var expiresAt: Timestamp
    var booking: BookingID?
    var answer: StoredAnswer?

    static func find(_ key: IdempotencyKey, _ database: Database) throws -> StoredKey? {
        let row = try Row.fetchOne(
            database,
            sql: """
                SELECT fingerprint, owner, expires_at, bookings.id,
                    answer_status, answer_type, answer_location, answer_body
                FROM idempotency_keys AS keys LEFT JOIN bookings ON bookings.number = keys.booking
                WHERE keys.caller = ? AND keys.key = ?
                """, arguments: key.columns)
        return try row.map(StoredKey.init)
    }

    private init(_ row: Row) throws {
        fingerprint = try row.bytes(0)
        owner = try row.decode(atIndex: 1)
        expiresAt = try row.timestamp(2)
        booking = try row.decode(String?.self, atIndex: 3).map { BookingID($0) }
        answer = try row.decode(Int?.self, atIndex: 4).map { status in
            try StoredAnswer(
                status: status, contentType: row.decode(atIndex: 5), location: row.decode(atIndex: 6),
                body: row.bytes(7))
        }
    }
}

extension IdempotencyKey {
    /// `caller`, `key`.
    fileprivate var columns: StatementArguments { [caller, key] }
}

extension KeyClaim {
    /// `fingerprint`, `owner`, `expires_at`.
    fileprivate var columns: StatementArguments {
        [Data(fingerprint), owner, expiresAt.millisecondsSinceEpoch]
    }
}
