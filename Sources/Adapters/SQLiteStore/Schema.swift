import FarePorts
import GRDB

/// What the file looks like. A migration that has shipped is never edited: another one follows it.
enum Schema {
    /// "FRMX", in the file's header: <https://www.sqlite.org/pragma.html#pragma_application_id>.
    static let applicationID: Int32 = 0x4652_4D58

    static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("1 bookings") { try $0.execute(sql: bookings) }
        migrator.registerMigration("2 leases, trips and claimed orders") { try $0.execute(sql: leases) }
        return migrator
    }

    /// - Throws: `unavailable` if the file has tables and is not Faremux's.
    static func refuseForeign(_ database: Database) throws {
        let id = try Int32.fetchOne(database, sql: "PRAGMA application_id") ?? 0
        // The first connection of all finds an empty file; and a migration that did not finish leaves GRDB's own table.
        let tables = """
            SELECT count(*) FROM sqlite_schema WHERE name NOT LIKE 'grdb_%' AND name NOT LIKE 'sqlite_%'
            """
        guard id != applicationID, try id != 0 || Int.fetchOne(database, sql: tables) != 0 else { return }
        throw StoreError(.unavailable, detail: "the database is another program's")
    }

    private static let bookings = """
        PRAGMA application_id = \(applicationID);

        CREATE TABLE bookings (
            number INTEGER PRIMARY KEY,
            id TEXT NOT NULL UNIQUE,
            version INTEGER NOT NULL CHECK (version > 0),
            status TEXT NOT NULL,
            settled INTEGER NOT NULL CHECK (settled IN (0, 1)),
            caller TEXT,
            key TEXT,
            state BLOB NOT NULL,
            created_at INTEGER NOT NULL, -- milliseconds since 1970, UTC
            updated_at INTEGER NOT NULL,
            CHECK ((caller IS NULL) = (key IS NULL))
        ) STRICT;
        CREATE INDEX bookings_unsettled ON bookings (created_at, number) WHERE settled = 0;

        CREATE TABLE locators (
            booking INTEGER NOT NULL REFERENCES bookings (number),
            position INTEGER NOT NULL,
            locator TEXT NOT NULL,
            PRIMARY KEY (booking, position)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX locators_by_locator ON locators (locator);

        CREATE TABLE journal (
            number INTEGER PRIMARY KEY,
            booking INTEGER NOT NULL REFERENCES bookings (number),
            at INTEGER NOT NULL,
            component INTEGER NOT NULL,
            attempt INTEGER NOT NULL,
            step TEXT NOT NULL,
            key_number INTEGER NOT NULL,
            result TEXT NOT NULL CHECK (result IN ('intended', 'succeeded', 'failed', 'unknown')),
            detail TEXT NOT NULL
        ) STRICT;
        CREATE INDEX journal_by_booking ON journal (booking, number);

        CREATE TABLE idempotency_keys (
            caller TEXT NOT NULL,
            key TEXT NOT NULL,
            fingerprint BLOB NOT NULL,
            owner TEXT NOT NULL,
            expires_at INTEGER NOT NULL,
            booking INTEGER REFERENCES bookings (number),
            answer_status INTEGER, -- null until there is an answer
            answer_type TEXT,
            answer_location TEXT,
            answer_body BLOB,
            PRIMARY KEY (caller, key),
            CHECK ((answer_status IS NULL) = (answer_type IS NULL)),
            CHECK ((answer_status IS NULL) = (answer_body IS NULL))
        ) STRICT;
        CREATE INDEX idempotency_keys_by_expiry ON idempotency_keys (expires_at);

        CREATE TABLE heartbeat (
            id INTEGER PRIMARY KEY CHECK (id = 1),
            beats INTEGER NOT NULL
        ) STRICT;
        INSERT INTO heartbeat VALUES (1, 0);
        """

    /// A booking from before has a lease that ran out, and nobody's name on it: it must be taken over to be worked on.
    private static let leases = """
        ALTER TABLE bookings ADD COLUMN lease_owner TEXT NOT NULL DEFAULT '';
        ALTER TABLE bookings ADD COLUMN lease_until INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE bookings ADD COLUMN trip BLOB;
        ALTER TABLE bookings ADD COLUMN duplicates_since INTEGER
            CHECK (duplicates_since IS NULL OR trip IS NOT NULL);
        CREATE INDEX bookings_by_trip ON bookings (trip, created_at) WHERE trip IS NOT NULL;
        CREATE INDEX bookings_by_change ON bookings (updated_at, created_at, number);

        CREATE TABLE claimed_orders (
            provider TEXT NOT NULL,
            order_id TEXT NOT NULL,
            booking TEXT NOT NULL, -- its id: an order may be claimed before its booking is stored
            PRIMARY KEY (provider, order_id)
        ) STRICT, WITHOUT ROWID;
        """
}
