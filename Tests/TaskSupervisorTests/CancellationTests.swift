import GRDB
import Glibc
import JSON
import Logging
import NIOPosix
import SystemPackage
import TaskControl
import TaskModel
import TaskStore
import TestSupport
import Testing

@testable import TaskSupervisor

@Suite("A service that is cancelled", .timeLimit(.minutes(15)))
struct CancellationTests {
    private static let hello = #"echo '{"event":"hello","host":"127.0.0.1","port":1}'; "#

    @Test("it ends its tasks by force, stores that, and leaves no request unanswered", arguments: ["", hello])
    func cancellation(begin: String) async throws {
        ProcessWatch.becomeSubreaper()
        signal(SIGPIPE, SIG_IGN)
        try await ShellWorker.withLauncher("trap '' TERM; \(begin)sleep 1000") { launcher in
            try await TemporaryDirectory.run { path in try await cancel(launcher, at: path, hasBegun: !begin.isEmpty) }
        }
    }

    private func cancel(_ launcher: SubprocessLauncher, at path: FilePath, hasBegun: Bool) async throws {
        let journal = LogJournal(level: .debug)
        let store = try TaskStore(StateDirectory(path))
        let service = TaskService(
            configuration: .init(grace: .seconds(1000), token: nil),
            launching: launcher,
            client: WorkerClient(token: nil, eventLoops: MultiThreadedEventLoopGroup.singleton), store: store,
            stored: try store.load(window: 0, at: Timestamp(milliseconds: 0)),
            eventLoop: MultiThreadedEventLoopGroup.singleton.any(), threads: .singleton, logger: journal.logger)
        let id = try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await service.run() }
            let id = try await service.submit(TaskDraft(type: "process_data", data: ["items": [1]]), key: nil)
                .record.id
            await journal.waitForLine(with: "\(id) process_data \(hasBegun ? "running" : "starting")")
            group.cancelAll()
            await service.waitUntilDrained()
            try await group.waitForAll()
            return id
        }
        #expect(service.unfinished.isEmpty)
        #expect(store.unsavedTasks.isEmpty)
        let status = try await DatabaseQueue(path: path.appending("tasks.sqlite").string).read { db in
            try String.fetchOne(db, sql: "SELECT status FROM task WHERE id = ?", arguments: [id.description])
        }
        #expect(status.flatMap { TaskState(rawValue: $0) }?.isFinal == true)
    }
}
