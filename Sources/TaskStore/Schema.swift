import GRDB
import TaskModel

/// The tables, and the migrations of databases of earlier versions.
enum Schema {
    /// `TDCK`, which identifies our databases (https://sqlite.org/pragma.html#pragma_application_id).
    static let applicationID: Int32 = 0x5444_434B

    /// The migrations; one that has been released never changes.
    static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("1: tasks") { db in
            try db.execute(sql: "PRAGMA application_id = \(applicationID)")
            try db.execute(
                sql: """
                    CREATE TABLE task (
                        id TEXT PRIMARY KEY NOT NULL,
                        type TEXT NOT NULL,
                        -- A state of the API; 'active' for all states in which there is a worker.
                        status TEXT NOT NULL,
                        -- Milliseconds since 1970: when it came to this status.
                        since INTEGER NOT NULL,
                        -- Milliseconds since 1970: it is kept at least until then.
                        kept_until INTEGER NOT NULL,
                        -- The task as the API shows it, as of then.
                        record TEXT NOT NULL
                    );
                    CREATE INDEX task_by_status ON task (status, type, id);
                    CREATE INDEX task_by_age ON task (kept_until, id) WHERE status NOT IN ('queued', 'active');
                    """)
        }
        migrator.registerMigration("2: idempotency keys and settings") { db in
            try db.execute(
                sql: """
                    CREATE TABLE idempotency_key (
                        key TEXT PRIMARY KEY NOT NULL,
                        -- What was sent with it: see RequestDigest.
                        request TEXT NOT NULL,
                        task_id TEXT NOT NULL,
                        expires INTEGER NOT NULL
                    );
                    CREATE INDEX idempotency_key_by_age ON idempotency_key (expires);
                    CREATE TABLE setting (name TEXT PRIMARY KEY NOT NULL, value TEXT NOT NULL);
                    """)
        }
        migrator.registerMigration("3: versions of records, and the order of ends") { db in
            try db.execute(
                sql: """
                    -- The version of the record's members; see TaskRecord.version. NULL: of before there were versions.
                    ALTER TABLE task ADD COLUMN version INTEGER;
                    -- See TaskRow.checksum. NULL: the record was changed in its place.
                    ALTER TABLE task ADD COLUMN checksum INTEGER;
                    -- Numbers the ends of tasks in their order. NULL: ended before they were numbered.
                    ALTER TABLE task ADD COLUMN ended INTEGER;
                    -- Whether an idempotency key belongs to the task. 'kept_until' is not used any more.
                    ALTER TABLE task ADD COLUMN keyed INTEGER NOT NULL DEFAULT 0;
                    UPDATE task SET keyed = 1 WHERE id IN (SELECT task_id FROM idempotency_key);
                    DROP INDEX task_by_age;
                    CREATE INDEX task_by_end ON task (keyed, ended, since, id)
                        WHERE status NOT IN ('queued', 'active');
                    """)
        }
        migrator.registerMigration("4: programs") { db in
            try db.execute(
                sql: """
                    -- Apart from the record, since the values of environment variables are secret.
                    CREATE TABLE program (
                        task_id TEXT PRIMARY KEY NOT NULL REFERENCES task (id) ON DELETE CASCADE,
                        program TEXT NOT NULL
                    );
                    """)
        }
        return migrator
    }

    /// Refuses a database of another program or of a later version.
    ///
    /// - Throws: ``StateUnusable``; errors of SQLite for a damaged file.
    static func check(_ db: Database) throws {
        let tables = try String.fetchAll(db, sql: "SELECT name FROM sqlite_master WHERE type = 'table'")
        if tables.isEmpty { return }
        // Left by an interrupted first start of an earlier version.
        if try tables == ["grdb_migrations"] && migrator.appliedIdentifiers(db).isEmpty { return }
        guard try Int32.fetchOne(db, sql: "PRAGMA application_id") == applicationID else {
            throw StateUnusable(description: "it is a database of something else")
        }
        if try migrator.hasBeenSuperseded(db) {
            throw StateUnusable(description: "it was made by a later version of taskdeck; use that one")
        }
    }

    /// Refuses a damaged database, if it is small enough to be checked at the start.
    ///
    /// - Throws: ``StateUnusable``; errors of SQLite for a damaged file.
    static func examine(_ db: Database) throws {
        let pages = try Int.fetchOne(db, sql: "PRAGMA page_count") ?? 0
        // Of about 16 MB; a larger one would delay the start noticeably.
        guard pages <= 4096 else { return }
        let verdict = try String.fetchOne(db, sql: "PRAGMA quick_check(1)") ?? "ok"
        if verdict != "ok" { throw StateUnusable(description: "it is damaged: \(verdict)") }
    }
}
