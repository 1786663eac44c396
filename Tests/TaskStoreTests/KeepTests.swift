import GRDB
import NIOConcurrencyHelpers
import TaskControl
import TaskModel
import TestSupport
import Testing

@testable import TaskStore

@Suite("Which ended tasks are kept", .timeLimit(.minutes(15)))
struct KeepTests {
    private static let now = ServiceClock().now.wall

    private static func kept(_ store: TaskStore) async throws -> [TaskID] {
        try await store.finished(TaskQuery(), types: ["process_data"]).items.map(\.id)
    }

    @Test("a task whose key has not expired is, and does not count")
    func keys() async throws {
        let store = try TaskStore(nil, keep: 2)
        var maker = RecordMaker()
        let records = maker.queued(9)
        try await store.running { () async throws in
            var maker = RecordMaker()
            for (number, record) in records.enumerated() {
                var record = record
                record.createdAt = Self.now
                let key = number < 6 ? IdempotencyKey("key \(number)") : nil
                _ = try await store.add(record, key.map { .init(key: $0, request: "{}") })
                #expect(await store.saved(maker.ended(record)) == nil)
                // A task is never removed with its own end.
                #expect(try await store.record(record.id) != nil)
            }
            #expect(try await Self.kept(store) == (records[..<6] + records[7...]).map(\.id))
            let key = try #require(IdempotencyKey("key 0"))
            #expect(try await store.add(records[8], .init(key: key, request: "{}")) == .known(records[0].id))
        }
    }

    @Test("once its key expires, a task counts again, in the order of ends; no key outlives its task")
    func forgottenKeys() async throws {
        let store = try TaskStore(nil, keep: 2)
        var maker = RecordMaker()
        let records = maker.queued(4)
        try await store.running { () async throws in
            var maker = RecordMaker()
            let key = try #require(IdempotencyKey("key"))
            for (number, record) in records.enumerated() {
                // Expires while the others are stored.
                var record = record
                record.createdAt = Timestamp(milliseconds: Self.now.milliseconds - 86_400_000)
                _ = try await store.add(record, number == 0 ? .init(key: key, request: "{}") : nil)
                #expect(await store.saved(maker.ended(record)) == nil)
            }
            #expect(try await Self.kept(store) == records[2...].map(\.id))
            // With the clock set back the key has not expired, but it was removed with its task.
            var late = maker.queued()
            late.createdAt = Timestamp(milliseconds: Self.now.milliseconds - 86_400_000)
            #expect(try await store.add(late, .init(key: key, request: "{}")) == .added)
        }
    }

    @Test("the last ones are, whatever the clock showed at their ends, also after a restart")
    func clock() async throws {
        try await TemporaryDirectory.run { path in
            let directory = try StateDirectory(path)
            var maker = RecordMaker()
            let records = maker.queued(6)
            // The first half ended with the clock a day ahead.
            let ends = records.enumerated().map { number, record in
                var end = maker.ended(record)
                end.finishedAt = Timestamp(milliseconds: Self.now.milliseconds + (number < 3 ? 86_400_000 : 0))
                return end
            }
            for (number, (record, end)) in zip(records, ends).enumerated() {
                let store = try TaskStore(directory, keep: 3)
                let stored = try store.load(window: 10, at: Self.now)
                #expect(stored.records == Array(ends[max(0, number - 3)..<number]))
                try await store.running { () async throws in
                    try await store.add(record, endedAs: end)
                    #expect(try await store.record(record.id) == end)
                }
            }
        }
    }

    @Test(
        "a task whose end has an invalid number counts as the first, and later ends are numbered as before",
        arguments: ["9223372036854775807", "'text'", "x'FF00'", "1e300", "-9223372036854775808", "NULL"],
        [false, true])
    func oddEnds(number: String, isKeyed: Bool) async throws {
        try await TemporaryDirectory.run { path in
            let directory = try StateDirectory(path)
            var maker = RecordMaker()
            let records = maker.queued(5)
            let ends = records.map { maker.ended($0) }
            let key = try isKeyed ? TaskStore.Keyed(key: #require(IdempotencyKey("key")), request: "{}") : nil
            let first = try TaskStore(directory)
            try await first.running { () async throws in
                for index in 0..<3 {
                    var record = records[index]
                    record.createdAt = Self.now
                    _ = try await first.add(record, index == 2 ? key : nil)
                    #expect(await first.saved(ends[index]) == nil)
                }
                try await first.database.write { db in
                    try db.execute(
                        sql: "UPDATE task SET ended = \(number) WHERE id = ?", arguments: [ends[2].id.description])
                }
            }
            let second = try TaskStore(directory, keep: 3)
            #expect(
                try second.load(window: 2, at: Self.now).records.map(\.id)
                    == ends[..<2].map(\.id))
            try await second.running { () async throws in
                for index in 3..<5 {
                    try await second.add(records[index], endedAs: ends[index])
                }
                let kept = isKeyed ? [1, 2, 3, 4] : [1, 3, 4]
                #expect(try await Self.kept(second) == kept.map { ends[$0].id })
            }
            let third = try TaskStore(directory)
            #expect(
                try third.load(window: 3, at: Self.now).records.map(\.id)
                    == [1, 3, 4].map { ends[$0].id })
        }
    }

    @Test("a key is removed with its task")
    func keyWithoutTask() async throws {
        let store = try TaskStore(nil)
        var maker = RecordMaker()
        let records = (0..<4).map { _ in
            var record = maker.queued()
            record.createdAt = Self.now
            return record
        }
        let keyed = TaskStore.Keyed(key: try #require(IdempotencyKey("key")), request: "{}")
        try await store.running { () async throws in
            _ = try await store.add(records[0], keyed)
            #expect(try await store.addition(known: keyed, at: Self.now) == .known(records[0].id))
            try await store.database.write { try $0.execute(sql: "DELETE FROM task") }
            #expect(try await store.addition(known: keyed, at: Self.now) == nil)
            #expect(try await store.add(records[1], keyed) == .added)
            #expect(try await store.add(records[2], keyed) == .known(records[1].id))
            try await store.database.write { try $0.execute(sql: "DELETE FROM task") }
            let other = TaskStore.Keyed(key: keyed.key, request: "[]")
            #expect(try await store.add(records[3], other) == .added)
        }
    }

    @Test("with no task kept, the greatest id is known after a restart")
    func lastID() async throws {
        try await TemporaryDirectory.run { path in
            let directory = try StateDirectory(path)
            var maker = RecordMaker()
            let records = maker.queued(3)
            let ends = records.reversed().map { maker.ended($0) }
            let store = try TaskStore(directory, keep: 0)
            try await store.running { () async throws in
                for record in records { _ = try await store.add(record, nil) }
                for end in ends { #expect(await store.saved(end) == nil) }
            }
            let second = try TaskStore(directory)
            let last = try second.load(window: 1, at: Self.now).lastID
            #expect(last == records[2].id)
            var ids = TaskIDGenerator(after: last)
            #expect(ids.next(at: Timestamp(milliseconds: 0)) > records[2].id)
        }
    }
}
