import FoundationEssentials
import GRDB
import Glibc
import SystemPackage
import TaskModel
import TestSupport
import Testing

@testable import TaskStore

@Suite("A state directory", .timeLimit(.minutes(3)))
struct StateDirectoryTests {
    @Test("belongs to one service at a time, and the second one is told whose it is")
    func lock() async throws {
        try await TemporaryDirectory.run { path in
            var first: StateDirectory? = try StateDirectory(path)
            #expect(throws: StateUnusable.self) { try StateDirectory(path) }
            do throws(StateUnusable) {
                _ = try StateDirectory(path)
            } catch {
                #expect(
                    error.description
                        == "the state directory '\(path)' is in use by process \(getpid()); "
                        + "end that one, or choose another --state")
            }
            first = nil
            #expect(first == nil)
            _ = try StateDirectory(path)
        }
    }

    @Test("is made if it is not there, for its owner alone")
    func making() async throws {
        try await TemporaryDirectory.run { path in
            let deep = path.appending("a").appending("b")
            _ = try StateDirectory(deep)
            let attributes = try FileManager.default.attributesOfItem(atPath: deep.string)
            #expect(attributes[.posixPermissions] as? Int == 0o700)
        }
    }

    @Test("that cannot be made is told")
    func impossible() {
        #expect(throws: StateUnusable.self) { try StateDirectory("/proc/nowhere") }
        #expect(throws: StateUnusable.self) { try StateDirectory("/dev/null/x") }
    }

    /// What is done to a database, and what is said of it.
    private static let spoilt: [(String, @Sendable (String) throws -> Void, String)] = [
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
        "whose database is damaged, of something else or of a later version is refused and left as it is",
        arguments: spoilt.indices)
    func refusal(index: Int) async throws {
        let (_, spoil, reason) = Self.spoilt[index]
        try await TemporaryDirectory.run { path in
            let file = path.appending("tasks.sqlite").string
            var maker = RecordMaker()
            let records = (0..<200).map { _ in maker.queued() }
            let directory = try StateDirectory(path)
            let store = try TaskStore(directory)
            try await store.running { for record in records { _ = try await store.add(record, nil) } }
            try spoil(file)
            let before = try Data(contentsOf: URL(filePath: file))
            do throws(StateUnusable) {
                let second = try TaskStore(directory)
                _ = try second.load(window: 10, interrupted: .fail, at: Timestamp(milliseconds: 0))
                Issue.record("it was taken")
            } catch {
                #expect(error.description.contains(reason), "\(error)")
            }
            #expect(try Data(contentsOf: URL(filePath: file)) == before)
        }
    }

    @Test("from the first version is brought up to date, with all that is in it")
    func migration() async throws {
        try await TemporaryDirectory.run { path in
            let directory = try StateDirectory(path)
            let old = try DatabaseQueue(path: directory.database.string)
            try Schema.migrator.migrate(old, upTo: "1: tasks")
            var maker = RecordMaker()
            let record = maker.queued()
            // As that version would have written it: without a word of queues and attempts.
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
            let stored = try store.load(window: 10, interrupted: .fail, at: Timestamp(milliseconds: 0))
            #expect(stored.records == [record])
            let key = try #require(IdempotencyKey("k"))
            let next = maker.queued()
            try await store.running { () async throws in
                let addition = try await store.add(next, .init(key: key, request: "{}"))
                #expect(addition == .added)
            }
        }
    }
}
