import FoundationEssentials
import GRDB
import Glibc
import JSON
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

    @Test("that all users can write to is refused; one that the group can write to is closed to it, and that is told")
    func otherUsers() async throws {
        try await TemporaryDirectory.run { path in
            try FileManager.default.createDirectory(atPath: path.string, withIntermediateDirectories: false)
            chmod(path.string, 0o777)
            let error = #expect(throws: StateUnusable.self) { try StateDirectory(path) }
            #expect(error?.description.contains("can be written to by all users") == true)
            chmod(path.string, 0o770)
            #expect(try StateDirectory(path).notices.count == 1)
            let attributes = try FileManager.default.attributesOfItem(atPath: path.string)
            #expect(attributes[.posixPermissions] as? Int == 0o700)
            chmod(path.string, 0o755)
            #expect(try StateDirectory(path).notices.isEmpty)
        }
    }

    @Test("of another user is refused, and so is another user's file in it", .enabled(if: getuid() == 0))
    func otherOwner() async throws {
        try await TemporaryDirectory.run { path in
            try await TaskStore(StateDirectory(path)).running {}
            for name in ["tasks.sqlite", "lock", ""] {
                let file = path.appending(name).string
                chown(file, 54_321, 54_321)
                let error = #expect(throws: StateUnusable.self) { try TaskStore(StateDirectory(path)) }
                #expect(error?.description.contains("belongs to user 54321, not to user 0") == true, "\(name)")
                chown(file, 0, 0)
            }
            _ = try TaskStore(StateDirectory(path))
        }
    }

    @Test(
        "leaves alone what its files link to, and what is no file",
        arguments: ["lock", "tasks.sqlite", "tasks.sqlite-wal", "tasks.sqlite-shm", "tasks.sqlite-journal"],
        ["symbolic", "hard", "pipe"])
    func links(name: String, kind: String) async throws {
        try await TemporaryDirectory.run { path in
            try await TaskStore(StateDirectory(path)).running {}
            let target = path.appending("precious").string
            try Data("precious, and longer than a process id".utf8).write(to: URL(filePath: target))
            let file = path.appending(name).string
            unlink(file)
            switch kind {
            case "symbolic": try FileManager.default.createSymbolicLink(atPath: file, withDestinationPath: target)
            case "hard": #expect(link(target, file) == 0)
            default: #expect(mkfifo(file, 0o600) == 0)
            }
            chmod(target, 0o644)
            #expect(throws: StateUnusable.self) { try TaskStore(StateDirectory(path)) }
            var status = stat()
            #expect(stat(target, &status) == 0 && status.st_mode & 0o777 == 0o644)
            #expect(try String(contentsOfFile: target, encoding: .utf8) == "precious, and longer than a process id")
        }
    }

    @Test("belongs to its service also when its lock was removed")
    func removedLock() async throws {
        try await TemporaryDirectory.run { path in
            let first = try StateDirectory(path)
            unlink(path.appending("lock").string)
            #expect(throws: StateUnusable.self) { try StateDirectory(path) }
            withExtendedLifetime(first) {}
        }
    }

    @Test("cannot have the database of another service, under whatever name")
    func sharedDatabase() async throws {
        try await TemporaryDirectory.run { path in
            let (one, two) = (path.appending("one"), path.appending("two"))
            let directory = try StateDirectory(one)
            let store = try TaskStore(directory)
            let other = try StateDirectory(two)
            #expect(link(directory.database.string, other.database.string) == 0)
            let error = #expect(throws: StateUnusable.self) { try TaskStore(other) }
            #expect(error?.description.contains("it has another name (hard link)") == true)
            // It is the file that is locked, not the name.
            #expect(rename(directory.database.string, two.appending("moved").string) == 0)
            unlink(other.database.string)
            #expect(rename(two.appending("moved").string, other.database.string) == 0)
            let second = #expect(throws: StateUnusable.self) { try TaskStore(other) }
            #expect(second?.description.contains("another process uses it") == true)
            withExtendedLifetime((store, directory)) {}
        }
    }

    /// What a first start that was killed can have left.
    private static let remains: [@Sendable (FilePath) throws -> Void] = [
        { _ = FileManager.default.createFile(atPath: $0.string, contents: nil) },
        // An earlier version made its tables in several steps.
        { path in
            try DatabaseQueue(path: path.string).write {
                try $0.execute(sql: "CREATE TABLE grdb_migrations (identifier TEXT NOT NULL PRIMARY KEY)")
            }
        },
        { try Schema.migrator.migrate(DatabaseQueue(path: $0.string), upTo: "1: tasks") },
        // A journal that has to be rolled back, beside a database of our own, and beside nothing.
        { path in try interrupt(DatabasePool(path: path.string + ".source"), path) },
        { path in
            try interrupt(DatabasePool(path: path.string + ".source"), path)
            unlink(path.string)
        },
        // Of a database in the making, or of one that was removed.
        { path in
            for suffix in [".new", ".new-journal", "-wal", "-shm"] {
                try Data("remains".utf8).write(to: URL(filePath: path.string + suffix))
            }
        },
    ]

    /// Copies a database in the middle of a change, with the journal that undoes it.
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

    @Test("in which a start was interrupted can be used", arguments: remains.indices)
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

    @Test("in which another program was interrupted is refused, and left as it is")
    func foreignJournal() async throws {
        try await TemporaryDirectory.run { path in
            let directory = try StateDirectory(path)
            let file = directory.database.string
            try Self.interrupt(DatabasePool(path: file + ".source"), directory.database)
            // The application's id is in the journal, too, so only the unchanged rest tells.
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
                _ = try second.load(window: 10, at: Timestamp(milliseconds: 0))
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
            let stored = try store.load(window: 10, at: Timestamp(milliseconds: 0))
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
