import GRDB
import JSON
import SystemPackage
import TaskModel
import TestSupport
import Testing

@testable import TaskStore

@Suite("A stored record", .timeLimit(.minutes(15)))
struct StoredRecordTests {
    private static let later = Timestamp(milliseconds: 2_000_000)

    /// The members of this version: with another member, `TaskRecord.version` has to be another one, too.
    private static let members: (version: Int, names: [String]) = (
        5,
        [
            "active_ms", "attempt", "attempts", "created_at", "error", "exit_code", "finished_at", "left_behind",
            "name",
            "not_answering_since", "not_before", "output", "paused_ms", "pending", "pid", "priority", "progress",
            "queue_order", "queue_position", "reason", "result", "retries", "retry_at", "retry_of", "revision",
            "signal",
            "started_at", "status", "task_data",
            "task_id", "task_type", "termination", "timeout", "title", "worker_port",
        ]
    )

    @Test("has a version, which changes with its members")
    func version() throws {
        var maker = RecordMaker()
        let json = try JSONParser.parse(maker.queued().jsonText.utf8)
        #expect(TaskRecord.version == Self.members.version)
        #expect(json.members?.keys.map(\.text).sorted() == Self.members.names)
    }

    /// A database as the version before last made it, with ended tasks that lack members, a waiting and an active one.
    private static func writeOldDatabase(_ path: FilePath, _ records: [TaskRecord], active: Set<TaskID> = []) throws {
        let old = try DatabaseQueue(path: path.string)
        try Schema.migrator.migrate(old, upTo: "2: idempotency keys and settings")
        try old.write { db in
            for record in records {
                var members = try JSONCoding.decode(JSONValue.self, from: record.jsonText.utf8).members ?? [:]
                for name in [
                    "priority", "retries", "not_before", "timeout", "attempts", "attempt", "retry_at", "name", "title",
                    "reason", "queue_order", "not_answering_since", "revision", "signal", "output", "left_behind",
                    "retry_of",
                ] {
                    members[JSONName(name)] = nil
                }
                let status =
                    record.state.isFinal ? record.state.rawValue : active.contains(record.id) ? "active" : "queued"
                let time = record.finishedAt?.milliseconds ?? 1
                try db.execute(
                    sql: "INSERT INTO task VALUES (?, ?, ?, ?, ?, ?)",
                    arguments: [
                        record.id.description, record.type, status, time, time, JSONValue.object(members).jsonText,
                    ])
            }
        }
        try old.close()
    }

    @Test("of an earlier version has every member, in lists as in single records")
    func earlierVersion() async throws {
        try await TemporaryDirectory.run { path in
            var maker = RecordMaker()
            let records = (0..<6).map { _ in
                var record = maker.queued()
                record.title = "[1,2]"
                return record
            }
            let ended = records.prefix(4).map { maker.ended($0) }
            let directory = try StateDirectory(path)
            try Self.writeOldDatabase(directory.database, ended + records.suffix(2), active: [records[5].id])
            let store = try TaskStore(directory) { $0.data?.value.members?["items"]?.jsonText ?? "" }
            let stored = try store.load(window: 1, at: Self.later)
            var waiting = records[4]
            waiting.advanceRevision(atRestart: Self.later)
            #expect(stored.records == [ended[3], waiting])
            #expect(stored.interrupted.map(\.id) == [records[5].id])
            try await store.running { () async throws in
                let items = try await store.finished(TaskQuery(), types: ["process_data"]).items
                #expect(items.prefix(4).map { $0.text() } == ended.map(\.jsonText))
                for item in items {
                    #expect(try await store.record(item.id)?.jsonText == item.text())
                }
            }
        }
    }

    @Test("has no reason, which is valid only while the service runs")
    func reasons() async throws {
        try await TemporaryDirectory.run { path in
            var maker = RecordMaker()
            var record = maker.queued()
            let directory = try StateDirectory(path)
            let store = try TaskStore(directory)
            record.title = "1, 2"
            let plain = record
            (record.reason, record.notAnsweringSince) = (.queuePaused, Self.later)
            try await store.running { [record] () async throws in
                _ = try await store.add(plain, nil)
                #expect(await store.saved(record) == nil)
                #expect(try await store.record(record.id) == plain)
            }
            let database = try DatabaseQueue(path: directory.database.string)
            let text = try await database.read { try String.fetchOne($0, sql: "SELECT record FROM task") }
            #expect(text == plain.jsonText)
        }
    }

    /// Damages of a row, each with the reason that its record shows.
    private static let damages: [(sql: String, reason: String)] = [
        ("record = 'garbage'", "it is not JSON: expected a value (at byte 0)"),
        ("record = substr(record, 1, 100)", "it is not JSON"),
        ("record = x'00FF00'", "it is not"),
        ("record = '{}'", "'task_data' is missing"),
        (
            "record = json_set(record, '$.not_before', '10000-01-01T00:00:00.000Z')",
            "'not_before': not a time of RFC 3339"
        ),
        ("record = json_set(record, '$.created_at', 7)", "'created_at': not a string but a number"),
        ("record = json_set(record, '$.status', 'dreaming')", "'status': 'dreaming' is not known"),
        (
            "record = json_set(record, '$.task_id', '01ARZ3NDEKTSV4RRFFQ69G5FAV')",
            "it is that of the task 01ARZ3NDEKTSV4RRFFQ69G5FAV"
        ),
        ("record = json_set(record, '$.task_type', 'other')", "it is that of a other task"),
        ("record = json_remove(record, '$.progress')", "'progress' is missing"),
        ("status = 'dreaming'", "its status is not that of the table"),
        ("status = 'running'", "its status is not that of the table"),
        ("status = CAST(status AS BLOB)", "its status is not that of the table"),
        ("status = status || char(0) || 'x'", "its status is not that of the table"),
        ("since = 'yesterday', record = 'x'", "it is not JSON"),
    ]

    @Test(
        "that cannot be read is shown as that of a failed task with the reason, in every way; its text and its neighbours stay",
        arguments: damages.indices, ["queued", "active", "completed"])
    func unreadable(index: Int, status: String) async throws {
        let (sql, reason) = Self.damages[index]
        try await TemporaryDirectory.run { path in
            var maker = RecordMaker()
            let records = maker.queued(3)
            let ended = maker.ended(records[1])
            let directory = try StateDirectory(path)
            let first = try TaskStore(directory)
            try await first.running { () async throws in
                for record in records { _ = try await first.add(record, nil) }
                if status == "completed" { #expect(await first.saved(ended) == nil) }
                if status == "active" { #expect(await first.activated(records[1].id, at: Self.later) == nil) }
                try await first.database.write { db in
                    try db.execute(sql: "UPDATE task SET \(sql) WHERE id = ?", arguments: [records[1].id.description])
                }
            }
            let text = try await Self.text(of: records[1].id, in: directory.database)
            // In the second round a failed task is stored.
            for round in 0..<2 {
                let store = try TaskStore(directory)
                let stored = try store.load(window: 10, at: Self.later)
                #expect(stored.records.map(\.id) == [records[1].id, records[0].id, records[2].id])
                #expect(stored.interrupted.isEmpty)
                let shown = try #require(stored.records.first)
                #expect(shown.state == .failed)
                #expect(shown.error?.hasPrefix("its stored record cannot be read: \(reason)") == true, "\(shown)")
                #expect(shown.finishedAt != nil)
                #expect(stored.tally.byState.filter { $0.value != 0 } == [.queued: 2, .failed: 1])
                // Before and after the change is written.
                for isWritten in [false, true] {
                    if isWritten { try await store.running {} }
                    let read = isWritten ? try TaskStore(directory) : store
                    #expect(try await read.record(shown.id) == shown)
                    let failed = TaskQuery(states: [.failed])
                    if isWritten || round == 0 {
                        #expect(
                            try await read.finished(failed, types: ["process_data"]).items.map { $0.text() }
                                == [shown.jsonText])
                    }
                    if isWritten { try await read.running {} }
                }
            }
            #expect(try await Self.text(of: records[1].id, in: directory.database) == text)
        }
    }

    @Test(
        "of no type is shown as that of a failed task of an unknown type, in lists as well",
        arguments: [
            "CAST(type AS BLOB)", "x'FF00'", "type || char(0)",
        ], ["queued", "completed"])
    func oddType(type: String, status: String) async throws {
        try await TemporaryDirectory.run { path in
            var maker = RecordMaker()
            let record = maker.queued()
            let end = maker.ended(record)
            let directory = try StateDirectory(path)
            let first = try TaskStore(directory)
            try await first.running { () async throws in
                _ = try await first.add(record, nil)
                if status == "completed" { #expect(await first.saved(end) == nil) }
                try await first.database.write { try $0.execute(sql: "UPDATE task SET type = \(type)") }
            }
            for _ in 0..<2 {
                let store = try TaskStore(directory)
                let stored = try store.load(window: 10, at: Self.later)
                let shown = try #require(stored.records.first)
                #expect(shown.id == record.id && shown.state == .failed && shown.type == "unknown")
                #expect(stored.tally.byState.filter { $0.value != 0 } == [.failed: 1])
                try await store.running { () async throws in
                    #expect(try await store.finished(TaskQuery(), types: ["unknown"]).items.map(\.id) == [shown.id])
                    #expect(try await store.record(record.id) == shown)
                }
            }
        }
    }

    private static func text(of id: TaskID, in path: FilePath) async throws -> DatabaseValue? {
        let database = try DatabaseQueue(path: path.string)
        return try await database.read { db in
            try Row.fetchOne(db, sql: "SELECT record FROM task WHERE id = ?", arguments: [id.description])?[0]
        }
    }

    @Test("that cannot be read, and is too old to be read at the start, breaks no list")
    func unreadableOldOne() async throws {
        let store = try TaskStore(nil)
        var maker = RecordMaker()
        let records = maker.queued(3)
        let ends = records.map { maker.ended($0) }
        try await store.running { () async throws in
            for (record, end) in zip(records, ends) {
                try await store.add(record, endedAs: end)
            }
            try await store.database.write { db in
                try db.execute(
                    sql: "UPDATE task SET record = '{\"a\":' WHERE id = ?", arguments: [records[1].id.description])
            }
            let items = try await store.finished(TaskQuery(), types: ["process_data"]).items
            #expect(items.map(\.id) == records.map(\.id))
            for (item, end) in zip(items, ends) {
                let shown = try JSONCoding.decode(TaskRecord.self, from: item.text().utf8)
                #expect(shown.id == end.id)
                #expect(shown.state == (end.id == records[1].id ? .failed : .completed))
                #expect(try await store.record(end.id) == shown)
            }
        }
    }
}
