import FoundationEssentials
import GRDB
import JSON
import NIOConcurrencyHelpers
import SystemPackage
import TaskControl
import TaskModel
import TestSupport
import Testing

@testable import TaskStore

@Suite("The store of tasks", .timeLimit(.minutes(15)))
struct TaskStoreTests {
    private static let later = Timestamp(milliseconds: 2_000_000)

    @Test("opened again, has its tasks, their counts and the pause of the queue")
    func reopening() async throws {
        try await TemporaryDirectory.run { path in
            var maker = RecordMaker()
            var options = TaskOptions()
            options.priority = 7
            options.timeout = 2.5
            options.retries = 3
            let waiting = maker.queued(options: options)
            let done = maker.queued("generate_report")
            let end = maker.ended(done)
            let directory = try StateDirectory(path)
            let first = try TaskStore(directory)
            _ = try first.load(window: 10, at: Self.later)
            try await first.running { () async throws in
                #expect(try await first.add(waiting, nil) == .added)
                #expect(try await first.add(done, nil) == .added)
                #expect(await first.activated(done.id, at: Self.later) == nil)
                #expect(await first.saved(end) == nil)
                try await first.reorder(waiting.id, priority: -4, order: nil)
                try await first.reorder(waiting.id, priority: nil, order: -3)
                try await first.setQueuePaused(true)
                #expect(try await first.record(end.id) == end)
            }
            let second = try TaskStore(directory)
            let stored = try second.load(window: 10, at: Self.later)
            var changed = waiting
            changed.options.priority = -4
            changed.queueOrder = -3
            // Changes that were not stored may have been shown with a greater revision.
            changed.advanceRevision(atRestart: Self.later)
            #expect(stored.records == [end, changed])
            #expect(stored.isQueuePaused)
            #expect(stored.interrupted.isEmpty)
            #expect(stored.tally.byState == [.queued: 1, .completed: 1])
        }
    }

    @Test("reads a task that had a worker as it was, and writes its end once the service runs")
    func interrupted() async throws {
        try await TemporaryDirectory.run { path in
            var maker = RecordMaker()
            let record = maker.queued()
            let directory = try StateDirectory(path)
            let first = try TaskStore(directory)
            try await first.running { () async throws in
                _ = try await first.add(record, nil)
                _ = await first.activated(record.id, at: Timestamp(milliseconds: 1_500_000))
            }
            let second = try TaskStore(directory)
            let stored = try second.load(window: 10, at: Self.later)
            var interrupted = record
            (interrupted.state, interrupted.startedAt) = (.starting, Timestamp(milliseconds: 1_500_000))
            interrupted.advanceRevision(atRestart: Self.later)
            #expect(stored.interrupted == [interrupted])
            #expect(stored.records.isEmpty)
            #expect(stored.tally.count(TaskQuery()) == 0)
            let end = maker.ended(record)
            second.save(end) { _ in }
            for isWritten in [false, true] {
                let third = try TaskStore(directory)
                let later = try third.load(window: 10, at: Self.later)
                #expect(later.interrupted == (isWritten ? [] : [interrupted]))
                #expect(later.records == (isWritten ? [end] : []))
                if !isWritten { try await second.running {} }
            }
        }
    }

    @Test("returns the task of a known key, or that the request is another one; a key expires after a day")
    func keys() async throws {
        let store = try TaskStore(nil)
        var maker = RecordMaker()
        let (first, second) = (maker.queued(), maker.queued())
        var late = maker.queued()
        late.createdAt = Timestamp(milliseconds: first.createdAt.milliseconds + 86_400_000)
        let key = try #require(IdempotencyKey("order 66"))
        let records = (first, second, late)
        try await store.running { () async throws in
            let (first, second, late) = records
            #expect(try await store.add(first, .init(key: key, request: "{}")) == .added)
            #expect(try await store.add(second, .init(key: key, request: "{}")) == .known(first.id))
            #expect(try await store.add(second, .init(key: key, request: "[]")) == .keyReused(key))
            #expect(try await store.record(second.id) == nil)
            #expect(try await store.add(late, .init(key: key, request: "[]")) == .added)
            // Canonically equivalent text is another request.
            let accented = try #require(IdempotencyKey("accented"))
            #expect(try await store.add(second, .init(key: accented, request: "[\"e\u{301}\"]")) == .added)
            #expect(try await store.add(first, .init(key: accented, request: "[\"\u{E9}\"]")) == .keyReused(accented))
        }
    }

    @Test("keeps the tasks that ended last, and those whose key has not expired")
    func pruning() async throws {
        let store = try TaskStore(nil, keep: 2)
        let pruned = NIOLockedValueBox<[PrunedTask]>([])
        store.onReport { report in
            if case .pruned(let tasks) = report { pruned.withLockedValue { $0 += tasks } }
        }
        var maker = RecordMaker()
        let records = maker.queued(5)
        // The second is the first to end; the key of the first expires tomorrow.
        var keyed = records[0]
        keyed.createdAt = ServiceClock().now.wall
        let ends = [1, 0, 2, 3, 4].map { maker.ended(records[$0]) }
        let key = try #require(IdempotencyKey("k"))
        let first = keyed
        try await store.running { () async throws in
            _ = try await store.add(first, .init(key: key, request: "{}"))
            for record in records.dropFirst() { _ = try await store.add(record, nil) }
            for end in ends { _ = await store.saved(end) }
        }
        #expect(pruned.withLockedValue { $0.map(\.id) } == [records[1].id, records[2].id])
    }

    @Test("reads pages that match the query", arguments: 0..<6)
    func pages(seed: UInt64) async throws {
        let store = try TaskStore(nil)
        var random = SeededGenerator(seed: seed)
        var maker = RecordMaker()
        let types = ["cpu_intensive", "generate_report", "process_data"]
        var all: [TaskRecord] = []
        for _ in 0..<40 {
            var record = maker.queued(types.randomElement(using: &random) ?? "")
            let state = TaskState.allCases.filter(\.isFinal).randomElement(using: &random)
            if let state, Int.random(in: 0..<4, using: &random) > 0 { record = maker.ended(record, state) }
            all.append(record)
        }
        var queries: [TaskQuery] = []
        for _ in 0..<15 {
            var query = TaskQuery(
                states: Bool.random(using: &random)
                    ? nil : Set(TaskState.allCases.shuffled(using: &random).prefix(4)),
                type: Bool.random(using: &random) ? nil : types.randomElement(using: &random),
                after: Bool.random(using: &random) ? nil : all.randomElement(using: &random)?.id,
                limit: Bool.random(using: &random) ? nil : Int.random(in: 1...10, using: &random))
            query.isNewestFirst = Bool.random(using: &random)
            queries.append(query)
        }
        let (records, asked) = (all, queries)
        try await store.running { () async throws in
            for record in records {
                var before = record
                before.state = .queued
                _ = try await store.add(before, nil)
                if record.state.isFinal { _ = await store.saved(record) }
            }
            for query in asked {
                let expected = records.filter { record in
                    record.state.isFinal && query.matches(record.type, record.state)
                        && query.includes(record.id)
                }.sorted { query.isBefore($0.id, $1.id) }.prefix(query.limit ?? .max)
                let found = try await store.finished(query, types: Set(types))
                #expect(found.items.map { $0.text() } == expected.map(\.jsonText))
            }
        }
    }

    @Test("reports a failed write, keeps no part of it, and writes ends once that is possible")
    func failure() async throws {
        let store = try TaskStore(nil)
        var maker = RecordMaker()
        let (first, second) = (maker.queued(), maker.queued())
        let end = maker.ended(first)
        try await store.running { () async throws in
            _ = try await store.add(first, nil)
            try await store.database.write { try $0.execute(sql: "PRAGMA query_only = ON") }
            let error = StoreError.unavailable(reason: "attempt to write a readonly database")
            #expect(await store.saved(end) == error)
            await #expect(throws: error) { try await store.add(second, nil) }
            #expect(try await store.record(first.id) == end)
            let status = try await store.database.read { try String.fetchOne($0, sql: "SELECT status FROM task") }
            #expect(status == "queued")
            try await store.database.writeWithoutTransaction { try $0.execute(sql: "PRAGMA query_only = OFF") }
            #expect(try await store.add(second, nil) == .added)
            #expect(try await store.record(first.id) == end)
        }
    }

    @Test("ignores an end that is stored again, and counts it once")
    func endedTwice() async throws {
        let store = try TaskStore(nil, keep: 2)
        var maker = RecordMaker()
        let records = [maker.queued(), maker.queued(), maker.queued()]
        let ends = records.map { maker.ended($0) }
        var again = ends[0]
        again.exitCode = 3
        try await store.running { [again] () async throws in
            for record in records { _ = try await store.add(record, nil) }
            for end in [ends[0], again, ends[1]] { #expect(await store.saved(end) == nil) }
            // Counted twice, it would have been removed by now.
            #expect(try await store.record(again.id) == ends[0])
            #expect(await store.saved(ends[2]) == nil)
            #expect(try await store.record(again.id) == nil)
        }
    }

    @Test("reads a record that only the write-ahead log contains, as after a crash")
    func writeAheadLog() async throws {
        try await TemporaryDirectory.run { path in
            let copies = path.appending("copies")
            var maker = RecordMaker()
            let record = maker.queued()
            let store = try TaskStore(StateDirectory(path))
            try await store.running { () async throws in
                #expect(try await store.add(record, nil) == .added)
                try FileManager.default.createDirectory(atPath: copies.string, withIntermediateDirectories: false)
                for name in ["tasks.sqlite", "tasks.sqlite-wal"] {
                    try FileManager.default.copyItem(
                        atPath: path.appending(name).string, toPath: copies.appending(name).string)
                }
            }
            let second = try TaskStore(StateDirectory(copies))
            try await second.running { () async throws in #expect(try await second.record(record.id) == record) }
        }
    }

    @Test("calls the handler of reports without wrapping it more often each time")
    func reports() async throws {
        let store = try TaskStore(nil, keep: 0)
        var maker = RecordMaker()
        let records = maker.queued(50)
        let ends = records.map { maker.ended($0) }
        // A closure that is wrapped with every call is called from ever deeper in the stack.
        let depths = NIOLockedValueBox<[UInt]>([])
        store.onReport { _ in
            var here = 0
            let depth = withUnsafePointer(to: &here) { UInt(bitPattern: $0) }
            depths.withLockedValue { $0.append(depth) }
        }
        try await store.running { () async throws in
            for (record, end) in zip(records, ends) {
                try await store.add(record, endedAs: end)
            }
        }
        #expect(depths.withLockedValue(\.self).count == 50)
        #expect(Set(depths.withLockedValue(\.self)).count == 1)
    }

    @Test("writes many tasks that are added at once")
    func groups() async throws {
        let store = try TaskStore(nil)
        var maker = RecordMaker()
        let records = maker.queued(200)
        try await store.running { () async throws in
            try await withThrowingTaskGroup(of: TaskStore.Addition.self) { group in
                for record in records { group.addTask { try await store.add(record, nil) } }
                for try await addition in group { #expect(addition == .added) }
            }
            for record in records { #expect(try await store.record(record.id) == record) }
        }
    }
}
