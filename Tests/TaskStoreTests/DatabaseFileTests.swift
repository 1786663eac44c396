import FoundationEssentials
import GRDB
import Glibc
import JSON
import SystemPackage
import TaskModel
import TestSupport
import Testing

@testable import TaskStore

@Suite("The database of a state directory", .timeLimit(.minutes(15)))
struct DatabaseFileTests {
    /// What a killed first start may leave.
    private static let remains: [@Sendable (FilePath) throws -> Void] = [
        { _ = FileManager.default.createFile(atPath: $0.string, contents: nil) },
        // An earlier version created its tables in several steps.
        { path in
            try DatabaseQueue(path: path.string).write {
                try $0.execute(sql: "CREATE TABLE grdb_migrations (identifier TEXT NOT NULL PRIMARY KEY)")
            }
        },
        { try Schema.migrator.migrate(DatabaseQueue(path: $0.string), upTo: "1: tasks") },
        // A hot journal, beside a database of this program, and without a database.
        { path in try interrupt(DatabasePool(path: path.string + ".source"), path) },
        { path in
            try interrupt(DatabasePool(path: path.string + ".source"), path)
            unlink(path.string)
        },
        // Files of an incomplete database, or of a removed one.
        { path in
            for suffix in [".new", ".new-journal", "-wal", "-shm"] {
                try Data("remains".utf8).write(to: URL(filePath: path.string + suffix))
            }
        },
    ]

    /// Copies a database in the middle of a transaction, with its rollback journal.
    private static func interrupt(_ source: DatabasePool, _ path: FilePath) throws {
        try Schema.migrator.migrate(source)
        try source.close()
        var configuration = Configuration()
        configuration.allowsUnsafeTransactions = true
        let database = try DatabaseQueue(path: path.string + ".source", configuration: configuration)
        try database.writeWithoutTransaction { db in
            try db.execute(sql: "PRAGMA journal_mode = DELETE; PRAGMA cache_size = 1; BEGIN")
            for number in 0..<200 {
                try db.execute(
                    sql: "INSERT INTO setting VALUES (?, ?)",
                    arguments: ["\(number)", String(repeating: "x", count: 4000)])
            }
            for suffix in ["", "-journal"] {
                try FileManager.default.copyItem(
                    atPath: path.string + ".source" + suffix, toPath: path.string + suffix)
            }
            try db.execute(sql: "ROLLBACK")
        }
    }

    @Test("can be used after an interrupted start", arguments: remains.indices)
    func interrupted(index: Int) async throws {
        try await TemporaryDirectory.run { path in
            let directory = try StateDirectory(path)
            try Self.remains[index](directory.database)
            let store = try TaskStore(directory)
            #expect(try store.load(window: 1, at: Timestamp(milliseconds: 0)).records.isEmpty)
            var maker = RecordMaker()
            let record = maker.queued()
            try await store.running { () async throws in
                #expect(try await store.add(record, nil) == .added)
                let settings = try await store.database.read {
                    try Int.fetchOne($0, sql: "SELECT COUNT(*) FROM setting")
                }
                #expect(settings == 0)
            }
        }
    }

    @Test("with the hot journal of another program is refused, and not changed")
    func foreignJournal() async throws {
        try await TemporaryDirectory.run { path in
            let directory = try StateDirectory(path)
            let file = directory.database.string
            try Self.interrupt(DatabasePool(path: file + ".source"), directory.database)
            // The journal contains the application id, too.
            for suffix in ["", "-journal"] {
                let data = try Data(contentsOf: URL(filePath: file + suffix))
                let bytes = data.replacing("TDCK".utf8, with: "ABCD".utf8)
                try Data(bytes).write(to: URL(filePath: file + suffix))
            }
            let before = try Data(contentsOf: URL(filePath: file))
            #expect(throws: StateUnusable.self) { try TaskStore(directory) }
            #expect(try Data(contentsOf: URL(filePath: file)) == before)
            #expect(FileManager.default.fileExists(atPath: file + "-journal"))
        }
    }

    /// Damages of a database, each with the reason of its refusal.
    private static let damages: [(String, @Sendable (String) throws -> Void, String)] = [
        (
            "no database",
            { try Data("nothing of the kind, and long enough to be read\n".utf8).write(to: URL(filePath: $0)) },
            "file is not a database"
        ),
        (
            "another program's",
            { path in
                try FileManager.default.removeItem(atPath: path)
                try DatabaseQueue(path: path).write { try $0.execute(sql: "CREATE TABLE x (y)") }
            }, "it is a database of something else"
        ),
        (
            "a later version's",
            { path in
                try DatabaseQueue(path: path).write {
                    try $0.execute(sql: "INSERT INTO grdb_migrations VALUES ('9: from the future')")
                }
            }, "it was made by a later version of taskdeck"
        ),
        (
            "cut off",
            { path in
                let data = try Data(contentsOf: URL(filePath: path))
                try data.prefix(data.count / 2 + 100).write(to: URL(filePath: path))
            }, ""
        ),
        (
            "overwritten in the middle",
            { path in
                var data = try Data(contentsOf: URL(filePath: path))
                for index in 4096..<(data.count / 2) { data[index] = 0x55 }
                try data.write(to: URL(filePath: path))
            }, ""
        ),
    ]

    @Test(
        "that is damaged, of another program or of a later version is refused, and not changed",
        arguments: damages.indices)
    func refusal(index: Int) async throws {
        let (_, damage, reason) = Self.damages[index]
        try await TemporaryDirectory.run { path in
            let file = path.appending("tasks.sqlite").string
            var maker = RecordMaker()
            let records = maker.queued(200)
            let directory = try StateDirectory(path)
            let store = try TaskStore(directory)
            try await store.running { for record in records { _ = try await store.add(record, nil) } }
            try damage(file)
            let before = try Data(contentsOf: URL(filePath: file))
            do throws(StateUnusable) {
                let second = try TaskStore(directory)
                _ = try second.load(window: 10, at: Timestamp(milliseconds: 0))
                Issue.record("the database was accepted")
            } catch {
                #expect(error.description.contains(reason), "\(error)")
            }
            #expect(try Data(contentsOf: URL(filePath: file)) == before)
        }
    }

    @Test("of the first version is migrated, with its content")
    func migration() async throws {
        try await TemporaryDirectory.run { path in
            let directory = try StateDirectory(path)
            let old = try DatabaseQueue(path: directory.database.string)
            try Schema.migrator.migrate(old, upTo: "1: tasks")
            var maker = RecordMaker()
            let record = maker.queued()
            // That version had no members for queues and attempts.
            var members = try JSONCoding.decode(JSONValue.self, from: record.jsonText.utf8).members ?? [:]
            for name in [
                "priority", "timeout", "retries", "not_before", "queue_position", "retry_at", "attempt", "attempts",
            ] {
                members[JSONName(name)] = nil
            }
            let text = JSONValue.object(members).jsonText
            try await old.write { db in
                try db.execute(
                    sql: "INSERT INTO task VALUES (?, ?, 'queued', 1, 0, ?)",
                    arguments: [record.id.description, record.type, text])
            }
            try old.close()
            let store = try TaskStore(directory)
            let stored = try store.load(window: 10, at: Timestamp(milliseconds: 0))
            var expected = record
            expected.advanceRevision(atRestart: Timestamp(milliseconds: 0))
            #expect(stored.records == [expected])
            let key = try #require(IdempotencyKey("k"))
            let next = maker.queued()
            try await store.running { () async throws in
                let addition = try await store.add(next, .init(key: key, request: "{}"))
                #expect(addition == .added)
            }
        }
    }
}
