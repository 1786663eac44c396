import GRDB
import Glibc
import JSON
import Logging
import NIOConcurrencyHelpers
import NIOPosix
import Subprocess
import SystemPackage
import TaskControl
import TaskModel
import TestSupport
import Testing
import WorkerProtocol

@testable import TaskBoard
@testable import TaskStore
@testable import TaskSupervisor

/// What a worker does before its task is stored, and what it does not.
@Suite("A worker that gets ready while its task is stored", .timeLimit(.minutes(3)))
struct HeadStartTests {
    /// A launcher whose workers do nothing, and which notes what they were told.
    private struct Launcher: WorkerLauncher {
        enum Note: Sendable, Hashable {
            case ready(TaskID), begun(TaskID), calledOff(TaskID)

            var whoIsReady: TaskID? { if case .ready(let id) = self { id } else { nil } }
        }

        let notes: AsyncStream<Note>
        private let noting: AsyncStream<Note>.Continuation
        /// Ends when the service has begun to start workers.
        let isRunning: AsyncStream<Void>
        private let running: AsyncStream<Void>.Continuation
        /// How many more launches fail.
        private let failures: NIOLockedValueBox<Int>

        init(failures: Int = 0) {
            (notes, noting) = AsyncStream.makeStream()
            (isRunning, running) = AsyncStream.makeStream()
            self.failures = NIOLockedValueBox(failures)
        }

        func serve() async { running.finish() }

        func run(
            _ assignment: Assignment, on start: StartSignal, report: @escaping @Sendable (WorkerEvent) async -> Void
        ) async throws(LaunchError) -> WorkerEnd? {
            let id = assignment.taskID
            noting.yield(.ready(id))
            let fails = failures.withLockedValue { failures in
                defer { failures = max(0, failures - 1) }
                return failures > 0
            }
            guard !fails else { throw LaunchError(reason: "no luck") }
            guard await start.wait() else {
                noting.yield(.calledOff(id))
                return nil
            }
            noting.yield(.begun(id))
            await report(.update(.hello(WorkerAddress(host: "127.0.0.1", port: 4000, pid: 42))))
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
            client: WorkerClient(token: nil), store: store,
            stored: try store.load(window: 0, interrupted: .fail, at: Timestamp(milliseconds: 0)),
            logger: journal.logger)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await service.run() }
            for await _ in launcher.isRunning {}
            try await body(service, store, journal)
            await service.shutDown(byForce: false)
            await service.waitUntilDrained()
            group.cancelAll()
        }
    }

    /// Keeps the store from writing until the result is called, and returns once nobody else does.
    private func hold(_ store: TaskStore) async -> @Sendable () -> Void {
        let gate = ConditionLock(value: false)
        await withCheckedContinuation { continuation in
            store.database.asyncWriteWithoutTransaction { _ in
                continuation.resume()
                gate.lock(whenValue: true)
                gate.unlock()
            }
        }
        return {
            gate.lock()
            gate.unlock(withValue: true)
        }
    }

    private static let draft = TaskDraft(type: "process_data", data: ["items": [1]])

    @Test("begins when the task is stored; until then nobody hears of the task")
    func beginsOnceStored() async throws {
        let launcher = Launcher()
        try await withService(launcher) { service, store, journal in
            var notes = launcher.notes.makeAsyncIterator()
            let release = await hold(store)
            async let submission = service.submit(Self.draft, key: nil)
            let id = try #require(await notes.next()?.whoIsReady)
            #expect(try await service.tasks(TaskQuery()).total == 0)
            release()
            #expect(try await submission.record.id == id)
            #expect(await notes.next() == .begun(id))
            await journal.waitForEnd(of: id)
            #expect(try await store.record(id)?.result == 7)
        }
    }

    @Test("is let go when the task cannot be stored")
    func isLetGo() async throws {
        let launcher = Launcher()
        try await withService(launcher) { service, store, _ in
            var notes = launcher.notes.makeAsyncIterator()
            try await store.database.write { try $0.execute(sql: "PRAGMA query_only = ON") }
            let error = TaskError.storageUnavailable(reason: "attempt to write a readonly database")
            await #expect(throws: error) { try await service.submit(Self.draft, key: nil) }
            let id = try #require(await notes.next()?.whoIsReady)
            #expect(await notes.next() == .calledOff(id))
            #expect(try await service.task(id) == nil)
        }
    }

    @Test("is let go when the service is to end meanwhile; the task waits for the next one")
    func shutdown() async throws {
        let launcher = Launcher()
        let statuses = try await withService(launcher) { service, store, _ in
            var notes = launcher.notes.makeAsyncIterator()
            let release = await hold(store)
            async let submission = service.submit(Self.draft, key: nil)
            let id = try #require(await notes.next()?.whoIsReady)
            await service.shutDown(byForce: false)
            release()
            #expect(try await submission.record.state == .queued)
            #expect(await notes.next() == .calledOff(id))
        }
        // Not 'active', which the next service would take for interrupted.
        #expect(statuses == ["queued"])
    }

    @Test("that could not be started is tried again once the task is stored", arguments: [1, 2, 4])
    func triedAgain(failures: Int) async throws {
        let launcher = Launcher(failures: failures)
        try await withService(launcher) { service, store, journal in
            let release = await hold(store)
            async let submission = service.submit(Self.draft, key: nil)
            await journal.waitForLine(with: "gets no worker ahead: no luck")
            release()
            let id = try await submission.record.id
            await journal.waitForEnd(of: id)
            let record = try #require(try await store.record(id))
            #expect(record.state == .completed)
            #expect(record.attempts.isEmpty)
        }
    }

    @Test("one task in two workers: a key that is known, or a store in memory, gives no head start")
    func withoutHeadStart() async throws {
        let launcher = Launcher()
        try await withService(launcher) { service, _, journal in
            let key = try #require(IdempotencyKey("once"))
            let first = try await service.submit(Self.draft, key: key)
            await journal.waitForEnd(of: first.record.id)
            let second = try await service.submit(Self.draft, key: key)
            #expect(second.record.id == first.record.id)
            var notes = launcher.notes.makeAsyncIterator()
            #expect(await notes.next() == .ready(first.record.id))
            #expect(await notes.next() == .begun(first.record.id))
            let third = try await service.submit(Self.draft, key: nil)
            #expect(await notes.next() == .ready(third.record.id))
        }
    }

    // MARK: - Real workers

    @Test("says 'hello' and does nothing until it is told to; the end of its input sends it away")
    func worker() async throws {
        let (ours, theirs) = try ForkServer.socketPair()
        let server = ForkServer(socket: ours)
        _ = try await Subprocess.run(
            .worker(BuiltProducts.worker, [forkServerArgument]),
            input: .fileDescriptor(theirs, closeAfterSpawningProcess: true), output: .discarded, error: .discarded
        ) { execution in
            let id = try #require(TaskID("01ARZ3NDEKTSV4RRFFQ69G5FAV"))
            let assignment = Assignment(taskID: id, taskType: "process_data", taskData: ["delay": 0], token: nil)
            for isToBegin in [true, false] {
                let lines = try await NIOThreadPool.singleton.runIfActive {
                    try Self.talk(to: try server.fork(), of: assignment, isToBegin)
                }
                #expect(lines.first?.contains(#""event":"hello""#) == true)
                #expect(lines.dropFirst().contains { $0.contains("completed") } == isToBegin)
                #expect(lines.count == (isToBegin ? 3 : 1))
            }
            try execution.send(signal: .kill)
        }
    }

    /// Gives a worker a task, reads all that it writes, and waits for its end.
    private static func talk(
        to worker: ForkedProcess, of assignment: Assignment, _ isToBegin: Bool
    ) throws -> [Substring] {
        try worker.input.writeAll(JSONCoding.encode(assignment) + [UInt8(ascii: "\n")])
        var output: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4096)
        var isOpen = true
        while true {
            let count = try buffer.withUnsafeMutableBytes { try worker.output.read(into: $0) }
            guard count > 0 else { break }
            output += buffer[..<count]
            // Its first line is there.
            guard isOpen, output.contains(UInt8(ascii: "\n")) else { continue }
            isOpen = false
            if isToBegin { try worker.input.writeAll([UInt8(ascii: "\n")]) } else { try worker.input.close() }
        }
        if isToBegin { try worker.input.close() }
        var status: CInt = 0
        #expect(waitpid(worker.pid, &status, 0) == worker.pid)
        #expect(status == 0)
        for descriptor in [worker.output, worker.errors, worker.descriptor] { try descriptor.close() }
        return String(decoding: output, as: UTF8.self).split(separator: "\n")
    }
}
