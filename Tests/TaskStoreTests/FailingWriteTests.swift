import Dispatch
import FoundationEssentials
import GRDB
import Glibc
import NIOConcurrencyHelpers
import SystemPackage
import TaskModel
import TestSupport
import Testing

@testable import TaskStore

@Suite("A write that fails", .timeLimit(.minutes(15)))
struct FailingWriteTests {
    /// Makes the database refuse every change of a task's row.
    private static func refuse(_ id: TaskID, in store: TaskStore) async throws {
        try await store.database.write { db in
            for event in ["INSERT", "UPDATE"] {
                try db.execute(
                    sql: """
                        CREATE TRIGGER refuse_\(event) BEFORE \(event) ON task WHEN NEW.id = '\(id)'
                        BEGIN SELECT RAISE(ABORT, 'no'); END
                        """)
            }
        }
    }

    @Test("fails only the change that is refused, not those in the same transaction")
    func oneOfMany() async throws {
        let store = try TaskStore(nil, keep: 100)
        var maker = RecordMaker()
        let records = maker.queued(50)
        let refused = records[25].id
        try await store.running { () async throws in
            try await Self.refuse(refused, in: store)
            await withTaskGroup(of: Void.self) { group in
                for record in records {
                    group.addTask {
                        do throws(StoreError) {
                            #expect(try await store.add(record, nil) == .added)
                            #expect(record.id != refused)
                        } catch {
                            #expect(record.id == refused)
                            #expect(error == .rejected(reason: "no"))
                        }
                    }
                }
            }
            #expect(store.failure == nil)
            for record in records where record.id != refused {
                #expect(try await store.record(record.id) == record)
            }
        }
    }

    @Test("of an end is reported, and repeated until it succeeds; other tasks are stored meanwhile")
    func lastingRefusal() async throws {
        let store = try TaskStore(nil)
        let (reports, queue) = AsyncStream.makeStream(of: TaskStore.Report.self)
        store.onReport { queue.yield($0) }
        var maker = RecordMaker()
        let (first, second) = (maker.queued(), maker.queued())
        let (firstEnd, secondEnd) = (maker.ended(first), maker.ended(second))
        let failure = StoreError.rejected(reason: "\(first.id): no")
        try await store.running { () async throws in
            var reports = reports.makeAsyncIterator()
            _ = try await store.add(first, nil)
            try await Self.refuse(first.id, in: store)
            #expect(await store.saved(firstEnd) == .rejected(reason: "no"))
            #expect(await reports.next() == .failed(failure))
            #expect(try await store.add(second, nil) == .added)
            #expect(await store.saved(secondEnd) == nil)
            #expect(store.failure == failure)
            #expect(store.unsavedTasks == [first.id])
            #expect(try await store.record(first.id) == firstEnd)
            #expect(
                try await store.finished(TaskQuery(), types: ["process_data"]).items.map(\.id) == [first.id, second.id])
            try await store.database.write { try $0.execute(sql: "DROP TRIGGER refuse_UPDATE") }
            #expect(await reports.next() == .recovered)
            #expect(store.failure == nil)
            #expect(store.unsavedTasks.isEmpty)
        }
    }

    @Test(
        "because a file was removed is reported as long as it is missing, and nothing is stored",
        arguments: ["", "lock", "tasks.sqlite", "tasks.sqlite-wal", "tasks.sqlite-shm"])
    func removed(name: String) async throws {
        try await TemporaryDirectory.run { path in
            let directory = try StateDirectory(path)
            let store = try TaskStore(directory)
            var maker = RecordMaker()
            let records = maker.queued(3)
            let file = name.isEmpty ? path : path.appending(name)
            let other = FilePath(path.string + ".moved")
            defer { unlink(other.string) }
            try await store.running { () async throws in
                _ = try await store.add(records[0], nil)
                #expect(store.failure == nil)
                try FileManager.default.moveItem(atPath: file.string, toPath: other.string)
                let error = try #require(store.failure)
                #expect(error.description.hasPrefix("'\(file)' was removed, renamed or replaced"))
                await #expect(throws: error) { try await store.add(records[1], nil) }
                // Another file with that name does not replace it.
                if !name.isEmpty {
                    try Data().write(to: URL(filePath: file.string))
                    await #expect(throws: error) { try await store.add(records[1], nil) }
                    if name == "lock" { #expect(throws: StateUnusable.self) { try StateDirectory(path) } }
                    try FileManager.default.removeItem(atPath: file.string)
                }
                try FileManager.default.moveItem(atPath: other.string, toPath: file.string)
                #expect(try await store.add(records[2], nil) == .added)
                #expect(store.failure == nil)
                #expect(try await store.record(records[1].id) == nil)
            }
        }
    }

    @Test(
        "because a file has a hard link is reported as long as it has, and nothing is stored",
        arguments: ["lock", "tasks.sqlite", "tasks.sqlite-wal", "tasks.sqlite-shm"])
    func linked(name: String) async throws {
        try await TaskStore.run { (store, directory) async throws in
            var maker = RecordMaker()
            let records = maker.queued(2)
            let file = directory.path.appending(name).string
            #expect(link(file, file + ".link") == 0)
            let error = StoreError.unavailable(reason: "'\(file)' has another name (hard link); remove that one")
            #expect(store.failure == error)
            await #expect(throws: error) { try await store.add(records[0], nil) }
            unlink(file + ".link")
            #expect(try await store.add(records[1], nil) == .added)
            #expect(store.failure == nil)
        }
    }

    @Test("because the database was truncated is reported, and nothing is stored", arguments: [0, 8192])
    func cutOff(size: Int) async throws {
        try await TaskStore.run { (store, directory) async throws in
            var maker = RecordMaker()
            let record = maker.queued()
            #expect(store.failure == nil)
            #expect(truncate(directory.database.string, off_t(size)) == 0)
            let error = try #require(store.failure)
            #expect(error.description.hasPrefix("the end of the database was cut off"))
            await #expect(throws: error) { try await store.add(record, nil) }
        }
    }

    @Test("does not follow from a vacuum by another program, which makes the database shorter")
    func vacuumed() async throws {
        try await TaskStore.run { (store, directory) async throws in
            var maker = RecordMaker()
            let record = maker.queued()
            @Sendable func size() -> off_t {
                var status = stat()
                return stat(directory.database.string, &status) == 0 ? status.st_size : 0
            }
            try await store.database.writeWithoutTransaction { db in
                try db.execute(sql: "CREATE TABLE big (x); INSERT INTO big VALUES (zeroblob(200000))")
                try db.execute(sql: "PRAGMA wal_checkpoint(TRUNCATE)")
                #expect(store.failure == nil)
                let before = size()
                try db.execute(sql: "DROP TABLE big; VACUUM; PRAGMA wal_checkpoint(TRUNCATE)")
                #expect(size() < before)
            }
            #expect(store.failure == nil)
            #expect(try await store.add(record, nil) == .added)
        }
    }

    private static func otherProgram(_ directory: StateDirectory) throws -> DatabaseQueue {
        var configuration = Configuration()
        configuration.allowsUnsafeTransactions = true
        return try DatabaseQueue(path: directory.database.string, configuration: configuration)
    }

    @Test("while another program has locked the database waits for the lock, also at the start")
    func busy() async throws {
        try await TemporaryDirectory.run { path in
            let directory = try StateDirectory(path)
            try await TaskStore(directory).running {}
            let other = try Self.otherProgram(directory)
            // Locked for so long that a write without a wait would fail.
            @Sendable func whileLocked(_ body: @escaping @Sendable () async throws -> Void) async throws {
                try await withThrowingTaskGroup(of: Void.self) { group in
                    await withCheckedContinuation { continuation in
                        other.asyncWriteWithoutTransaction { db in
                            try? db.execute(sql: "BEGIN IMMEDIATE")
                            continuation.resume()
                            usleep(200_000)
                            try? db.execute(sql: "COMMIT")
                        }
                    }
                    group.addTask { try await body() }
                    try await group.waitForAll()
                }
            }
            var maker = RecordMaker()
            let record = maker.queued()
            try await whileLocked {
                let store = try TaskStore(directory)
                _ = try store.load(window: 1, at: Timestamp(milliseconds: 0))
                try await store.running { () async throws in
                    try await whileLocked { () async throws in #expect(try await store.add(record, nil) == .added) }
                }
            }
        }
    }

    @Test(
        "for a lock of another program fails after 5 s, the wait for earlier changes included"
    )
    func waitedBefore() async throws {
        // One more wait would last at least 5 s; the fastest of three, since a busy machine may need as long.
        #expect(try await Self.isShorter(than: .seconds(5), of: 3, Self.timeOfFailure))
    }

    /// Whether one of several durations is shorter than a limit; measures no more of them than needed.
    private static func isShorter(
        than limit: Duration, of count: Int, _ duration: () async throws -> Duration
    ) async throws -> Bool {
        for _ in 0..<count where try await duration() < limit { return true }
        return false
    }

    /// The time until a change fails when an earlier one has waited for as long as any may.
    private static func timeOfFailure() async throws -> Duration {
        let durations = AsyncStream.makeStream(of: Duration.self)
        try await TemporaryDirectory.run { path in
            let directory = try StateDirectory(path)
            let store = try TaskStore(directory)
            let other = try otherProgram(directory)
            var maker = RecordMaker()
            let record = maker.queued()
            try await other.writeWithoutTransaction { try $0.execute(sql: "BEGIN IMMEDIATE") }
            let (errors, queue) = AsyncStream.makeStream(of: StoreError?.self)
            store.save(record) { queue.yield($0) }
            store.state.withLockedValue { $0.waitingSince = DispatchTime.now() + .seconds(-5) }
            let clock = ContinuousClock()
            let start = clock.now
            try await store.running { () async throws in
                var iterator = errors.makeAsyncIterator()
                #expect(await iterator.next() == .unavailable(reason: "database is locked"))
                durations.continuation.yield(clock.now - start)
                try await other.writeWithoutTransaction { try $0.execute(sql: "COMMIT") }
            }
        }
        durations.continuation.finish()
        return try #require(await durations.stream.first { _ in true })
    }

    @Test("for a lock that is never released does not delay a shutdown")
    func abandoned() async throws {
        // A wait that is not ended lasts 5 s; the fastest of several, since a busy machine may need as long.
        #expect(try await Self.isShorter(than: .seconds(4), of: 5, Self.timeToAbandon))
    }

    private static func timeToAbandon() async throws -> Duration {
        let (durations, duration) = AsyncStream.makeStream(of: Duration.self)
        try await TemporaryDirectory.run { path in
            let directory = try StateDirectory(path)
            let store = try TaskStore(directory)
            let other = try Self.otherProgram(directory)
            var maker = RecordMaker()
            let record = maker.queued()
            let end = maker.ended(record)
            try await store.running { () async throws in
                _ = try await store.add(record, nil)
                try await other.writeWithoutTransaction { try $0.execute(sql: "BEGIN IMMEDIATE") }
                let clock = ContinuousClock()
                let start = clock.now
                let (errors, queue) = AsyncStream.makeStream(of: StoreError?.self)
                store.save(end) { queue.yield($0) }
                store.abandon()
                var iterator = errors.makeAsyncIterator()
                #expect(await iterator.next() == .unavailable(reason: "database is locked"))
                duration.yield(clock.now - start)
                #expect(store.unsavedTasks == [record.id])
            }
            try await other.writeWithoutTransaction { try $0.execute(sql: "COMMIT") }
        }
        return try #require(await durations.first { _ in true })
    }
}
