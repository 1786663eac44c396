import FoundationEssentials
import Glibc
import JSON
import NIOPosix
import SystemPackage
import TaskControl
import TaskModel
import TaskStore
import TestSupport
import Testing

@testable import TaskSupervisor

@Suite("Where tasks cannot be stored", .timeLimit(.minutes(15)))
struct StorageFailureTests {
    @Test("readers of changes get the reason, and its end, although no task changes")
    func changes() async throws {
        try await TemporaryDirectory.run { path in
            let journal = LogJournal()
            let store = try TaskStore(StateDirectory(path))
            let service = TaskService(
                configuration: .init(grace: .seconds(1), token: nil),
                launching: SubprocessLauncher(executable: "/bin/false"),
                client: WorkerClient(token: nil, eventLoops: MultiThreadedEventLoopGroup.singleton),
                store: store, stored: try store.load(window: 0, at: Timestamp(milliseconds: 0)),
                eventLoop: MultiThreadedEventLoopGroup.singleton.any(), threads: .singleton, logger: journal.logger)
            await withTaskGroup(of: Void.self) { group in
                group.addTask { try? await service.run() }
                let (stream, queue) = AsyncStream.makeStream(of: StorageFailure?.self)
                group.addTask {
                    for await changes in await service.updates() { queue.yield(changes.storageFailure) }
                }
                var failures = stream.makeAsyncIterator()
                #expect(await failures.next() == .some(nil))
                let elsewhere = path.string + "-elsewhere"
                #expect(rename(path.string, elsewhere) == 0)
                await #expect(throws: TaskError.self) {
                    try await service.submit(TaskDraft(type: "process_data", data: [:]), key: nil)
                }
                // The beginning of the service may be signaled, too.
                var failure = await failures.next()
                if failure == .some(nil) { failure = await failures.next() }
                guard case .unavailable(let reason)?? = failure else {
                    Issue.record("no failure")
                    return
                }
                #expect(reason.contains("was removed, renamed or replaced"))
                #expect(rename(elsewhere, path.string) == 0)
                await journal.waitForLine(with: "tasks are stored again")
                var last = await failures.next()
                // The queue may have had something to signal in between.
                while case .some(.some) = last { last = await failures.next() }
                #expect(last == .some(nil))
                await service.shutDown(byForce: true)
            }
        }
    }
}
