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

@Suite("What cannot be written", .timeLimit(.minutes(3)))
struct FailingWriteTests {
    /// Has every change of one task's row refused.
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

    @Test("is only the change that is refused, not those that are written with it")
    func oneOfMany() async throws {
        let store = try TaskStore(nil, keep: 100)
        var maker = RecordMaker()
        let records = (0..<50).map { _ in maker.queued() }
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

    @Test("of an end is named, kept, and written once that is possible; other tasks are stored meanwhile")
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
        "because a file has gone is told from then on, and nothing is stored",
        arguments: ["", "lock", "tasks.sqlite", "tasks.sqlite-wal", "tasks.sqlite-shm"])
    func removed(name: String) async throws {
        try await TemporaryDirectory.run { path in
            let directory = try StateDirectory(path)
            let store = try TaskStore(directory)
            var maker = RecordMaker()
            let records = (0..<3).map { _ in maker.queued() }
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
                // Another file of that name is another file.
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
        "because a file has another name is told from then on, and nothing is stored",
        arguments: ["lock", "tasks.sqlite", "tasks.sqlite-wal", "tasks.sqlite-shm"])
    func linked(name: String) async throws {
        try await TemporaryDirectory.run { path in
            let store = try TaskStore(StateDirectory(path))
            var maker = RecordMaker()
            let records = (0..<2).map { _ in maker.queued() }
            let file = path.appending(name).string
            try await store.running { () async throws in
                #expect(link(file, file + ".link") == 0)
                let error = StoreError.unavailable(
                    reason: "'\(file)' has another name (hard link); remove that one")
                #expect(store.failure == error)
                await #expect(throws: error) { try await store.add(records[0], nil) }
                unlink(file + ".link")
                #expect(try await store.add(records[1], nil) == .added)
                #expect(store.failure == nil)
            }
        }
    }

    @Test("because the database was cut off is told from then on, and nothing is stored", arguments: [0, 8192])
    func cutOff(size: Int) async throws {
        try await TemporaryDirectory.run { path in
            let directory = try StateDirectory(path)
            let store = try TaskStore(directory)
            var maker = RecordMaker()
            let record = maker.queued()
            try await store.running { () async throws in
                #expect(store.failure == nil)
                #expect(truncate(directory.database.string, off_t(size)) == 0)
                let error = try #require(store.failure)
                #expect(error.description.hasPrefix("the end of the database was cut off"))
                await #expect(throws: error) { try await store.add(record, nil) }
            }
        }
    }

    @Test("is nothing where another program has made the database shorter by rights")
    func vacuumed() async throws {
        try await TemporaryDirectory.run { path in
            let directory = try StateDirectory(path)
            let store = try TaskStore(directory)
            var maker = RecordMaker()
            let record = maker.queued()
            try await store.running { () async throws in
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
    }

    private static func otherProgram(_ directory: StateDirectory) throws -> DatabaseQueue {
        var configuration = Configuration()
        configuration.allowsUnsafeTransactions = true
        return try DatabaseQueue(path: directory.database.string, configuration: configuration)
    }

    @Test("while another program has locked the database waits for it, also at the start")
    func busy() async throws {
        try await TemporaryDirectory.run { path in
            let directory = try StateDirectory(path)
            try await TaskStore(directory).running {}
            let other = try Self.otherProgram(directory)
            // Locked for so long that whoever did not wait would fail.
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
        "since another program has locked the database is said once it has waited long enough, the wait for others included"
    )
    func waitedBefore() async throws {
        // One more wait would take 5 s at the least; a machine that is busy may take that long for all else, but seldom.
        var fastest = try await Self.timeOfFailure()
        for _ in 0..<2 where fastest >= .seconds(5) { fastest = min(fastest, try await Self.timeOfFailure()) }
        #expect(fastest < .seconds(5))
    }

    /// How long it takes to fail a change when an earlier one has waited for as long as any may.
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

    @Test("since another program never unlocks the database keeps no shutdown waiting")
    func abandoned() async throws {
        // A wait that nothing ends takes 5 s; of several the fastest, since a busy machine takes long for anything.
        var fastest = Duration.seconds(60)
        for _ in 0..<5 where fastest >= .seconds(4) { fastest = min(fastest, try await Self.timeToAbandon()) }
        #expect(fastest < .seconds(4))
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
