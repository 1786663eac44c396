import Dispatch
import GRDB
import JSON
import Logging
import NIOConcurrencyHelpers
import NIOPosix
import SystemPackage
import TaskControl
import TaskModel
import TestSupport
import Testing
import WorkerProtocol

@testable import TaskBoard
@testable import TaskStore
@testable import TaskSupervisor

/// The order of launches and writes to the disk.
@Suite("The start of a task", .timeLimit(.minutes(15)))
struct StartTests {
    /// A launcher whose workers do nothing, and which records what is on disk when they are launched.
    private struct Launcher: WorkerLauncher {
        struct Launch: Sendable, Hashable {
            let id: TaskID
            /// The task's status on disk; `nil` if it is not stored.
            let status: String?
        }

        let launches: AsyncStream<Launch>
        private let launchQueue: AsyncStream<Launch>.Continuation
        /// Ends when the service has begun to start workers.
        let isRunning: AsyncStream<Void>
        private let running: AsyncStream<Void>.Continuation
        /// How many more launches fail.
        private let failures: NIOLockedValueBox<Int>
        /// Reads the database from outside the service.
        private let reader = NIOLockedValueBox<DatabaseQueue?>(nil)

        init(failures: Int = 0) {
            (launches, launchQueue) = AsyncStream.makeStream()
            (isRunning, running) = AsyncStream.makeStream()
            self.failures = NIOLockedValueBox(failures)
        }

        func open(_ path: FilePath) throws {
            let queue = try DatabaseQueue(path: path.string)
            reader.withLockedValue { $0 = queue }
        }

        func serve() async { running.finish() }

        func run(
            _ assignment: Assignment, report: @escaping @Sendable (WorkerEvent) async -> Void
        ) async throws(LaunchError) -> WorkerEnd {
            let id = assignment.taskID
            let statuses = try? await reader.withLockedValue(\.self)?.read { db in
                try String.fetchAll(db, sql: "SELECT status FROM task WHERE id = ?", arguments: [id.description])
            }
            launchQueue.yield(Launch(id: id, status: statuses?.first))
            let fails = failures.withLockedValue { failures in
                defer { failures = max(0, failures - 1) }
                return failures > 0
            }
            guard !fails else { throw LaunchError(reason: "no luck") }
            await report(.update(.hello(WorkerAddress(host: "127.0.0.1", port: 4000))))
            await report(.update(.outcome(.completed(7))))
            return WorkerEnd(status: .exited(code: 0), reaped: 1)
        }
    }

    /// Runs a service that stores on a disk, and returns as what all tasks are stored in the end.
    @discardableResult
    private func withService(
        _ launcher: Launcher, _ body: @Sendable (TaskService, TaskStore, LogJournal) async throws -> Void
    ) async throws -> [String] {
        var statuses: [String] = []
        try await TemporaryDirectory.run { path in
            try await serve(at: path, launcher, body)
            statuses = try await DatabaseQueue(path: path.appending("tasks.sqlite").string).read { db in
                try String.fetchAll(db, sql: "SELECT status FROM task")
            }
        }
        return statuses
    }

    private func serve(
        at path: FilePath, _ launcher: Launcher,
        _ body: @Sendable (TaskService, TaskStore, LogJournal) async throws -> Void
    ) async throws {
        let journal = LogJournal(level: .debug)
        let store = try TaskStore(StateDirectory(path))
        var timing = TaskBoard.Timing()
        timing.launchBackOff = .milliseconds(1)
        let service = TaskService(
            configuration: .init(grace: .seconds(5), token: nil), timing: timing, launching: launcher,
            client: WorkerClient(token: nil, eventLoops: MultiThreadedEventLoopGroup.singleton), store: store,
            stored: try store.load(window: 0, at: Timestamp(milliseconds: 0)),
            eventLoop: MultiThreadedEventLoopGroup.singleton.any(), threads: .singleton, logger: journal.logger)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await service.run() }
            for await _ in launcher.isRunning {}
            try launcher.open(path.appending("tasks.sqlite"))
            try await body(service, store, journal)
            await service.shutDown(byForce: false)
            await service.waitUntilDrained()
            group.cancelAll()
        }
    }

    /// Lets a store commit only when it may.
    private final class CommitGate: TransactionObserver, Sendable {
        /// An element for every transaction that is about to be committed.
        let commits: AsyncStream<Void>
        private let continuation: AsyncStream<Void>.Continuation
        private let permits = DispatchSemaphore(value: 0)

        init(_ store: TaskStore) {
            (commits, continuation) = AsyncStream.makeStream()
            store.database.add(transactionObserver: self)
        }

        /// Permits one commit.
        func permit() { permits.signal() }

        /// Permits all commits from now on.
        func open(_ store: TaskStore) async throws {
            permits.signal()
            store.database.remove(transactionObserver: self)
        }

        func observes(eventsOfKind eventKind: DatabaseEventKind) -> Bool { true }
        func databaseDidChange(with event: DatabaseEvent) {}
        func databaseWillCommit() throws {
            continuation.yield()
            permits.wait()
        }
        func databaseDidCommit(_ db: Database) {}
        func databaseDidRollback(_ db: Database) {}
    }

    private static let draft = TaskDraft(type: "process_data", data: ["items": [1]])

    @Test("is on disk before the worker is launched, however often that is tried", arguments: [0, 1, 2, 4])
    func persistedFirst(failures: Int) async throws {
        let launcher = Launcher(failures: failures)
        try await withService(launcher) { service, store, journal in
            var launches = launcher.launches.makeAsyncIterator()
            let id = try await service.submit(Self.draft, key: nil).record.id
            for _ in 0...failures { #expect(await launches.next() == .init(id: id, status: "active")) }
            await journal.waitForEnd(of: id)
            let record = try #require(try await store.record(id, at: Timestamp(milliseconds: 0)))
            #expect(record.result == 7)
            #expect(record.attempts.isEmpty)
        }
    }

    @Test("follows the one write that stores task and start; before it, the task is unknown")
    func order() async throws {
        let launcher = Launcher()
        try await withService(launcher) { service, store, journal in
            var launches = launcher.launches.makeAsyncIterator()
            let gate = CommitGate(store)
            var commits = gate.commits.makeAsyncIterator()
            async let submission = service.submit(Self.draft, key: nil)
            await commits.next()
            #expect(try await service.tasks(TaskQuery()).total == 0)
            gate.permit()
            let record = try await submission.record
            #expect(record.state == .starting)
            #expect(await launches.next() == .init(id: record.id, status: "active"))
            try await gate.open(store)
            await journal.waitForEnd(of: record.id)
        }
    }

    @Test("from the queue is shown once it is stored")
    func fromQueue() async throws {
        let launcher = Launcher()
        try await withService(launcher) { service, store, journal in
            await service.receive(.queuePaused(true))
            let id = try await service.submit(Self.draft, key: nil).record.id
            let gate = CommitGate(store)
            var commits = gate.commits.makeAsyncIterator()
            await service.receive(.queuePaused(false))
            await commits.next()
            #expect(try await service.task(id)?.state == .queued)
            try await gate.open(store)
            var launches = launcher.launches.makeAsyncIterator()
            #expect(await launches.next() == .init(id: id, status: "active"))
            await journal.waitForEnd(of: id)
        }
    }

    @Test("that is called off while the task is being stored: it is queued on disk before it shows as queued")
    func calledOff() async throws {
        let launcher = Launcher()
        let statuses = try await withService(launcher) { service, store, _ in
            let gate = CommitGate(store)
            var commits = gate.commits.makeAsyncIterator()
            async let submission = service.submit(Self.draft, key: nil)
            await commits.next()
            await service.receive(.queuePaused(true))
            gate.permit()
            await commits.next()
            #expect(try await service.tasks(TaskQuery(states: [.queued])).total == 0)
            try await gate.open(store)
            #expect(try await submission.record.state == .queued)
            let status = try await store.database.read { try String.fetchOne($0, sql: "SELECT status FROM task") }
            #expect(status == "queued")
        }
        #expect(statuses == ["queued"])
    }

    @Test("is never made for a task that cannot be stored")
    func notStored() async throws {
        let launcher = Launcher()
        try await withService(launcher) { service, store, _ in
            try await store.database.write { try $0.execute(sql: "PRAGMA query_only = ON") }
            let error = TaskError.storageUnavailable(reason: "attempt to write a readonly database")
            await #expect(throws: error) { try await service.submit(Self.draft, key: nil) }
            try await store.database.writeWithoutTransaction { try $0.execute(sql: "PRAGMA query_only = OFF") }
            let next = try await service.submit(Self.draft, key: nil).record.id
            var launches = launcher.launches.makeAsyncIterator()
            #expect(await launches.next()?.id == next)
            #expect(try await service.tasks(TaskQuery()).total == 1)
        }
    }

    @Test("that yields no worker is tried again, and the service ends, while nothing can be stored")
    func retriedWithoutDisk() async throws {
        let launcher = Launcher(failures: 2)
        let statuses = try await withService(launcher) { service, store, journal in
            await service.receive(.queuePaused(true))
            let id = try await service.submit(Self.draft, key: nil).record.id
            try await store.database.write { try $0.execute(sql: "PRAGMA query_only = ON") }
            await service.receive(.queuePaused(false))
            var launches = launcher.launches.makeAsyncIterator()
            for _ in 0...2 { #expect(await launches.next() == .init(id: id, status: "queued")) }
            await journal.waitForEnd(of: id)
            #expect(try await service.task(id)?.state == .completed)
            #expect(store.unsavedTasks == [id])
            try await store.database.writeWithoutTransaction { try $0.execute(sql: "PRAGMA query_only = OFF") }
        }
        #expect(statuses == ["completed"])
    }

    @Test("is not made once the service is ending; the task waits for the next service")
    func shutdown() async throws {
        let launcher = Launcher()
        let statuses = try await withService(launcher) { service, store, _ in
            let gate = CommitGate(store)
            var commits = gate.commits.makeAsyncIterator()
            async let submission = service.submit(Self.draft, key: nil)
            await commits.next()
            await service.shutDown(byForce: false)
            try await gate.open(store)
            #expect(try await submission.record.state == .queued)
        }
        // Not 'active', which the next service would report as interrupted.
        #expect(statuses == ["queued"])
    }

    @Test("is made once for a key, however often it is used")
    func idempotency() async throws {
        let launcher = Launcher()
        try await withService(launcher) { service, _, journal in
            let key = try #require(IdempotencyKey("once"))
            let first = try await service.submit(Self.draft, key: key)
            await journal.waitForEnd(of: first.record.id)
            let second = try await service.submit(Self.draft, key: key)
            #expect(second.record.id == first.record.id)
            var launches = launcher.launches.makeAsyncIterator()
            #expect(await launches.next()?.id == first.record.id)
            let third = try await service.submit(Self.draft, key: nil)
            #expect(await launches.next()?.id == third.record.id)
        }
    }
}
