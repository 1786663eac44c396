import NIOPosix
import SystemPackage
import TaskControl
import TaskModel
import TaskStore
import TestSupport
import Testing

@testable import TaskSupervisor

@Suite("Changes of the queue", .timeLimit(.minutes(15)))
struct QueueSignalTests {
    @Test("reach readers although no task changes: its start, pauses and resumptions")
    func signals() async throws {
        let store = try TaskStore(nil)
        let service = TaskService(
            configuration: .init(grace: .seconds(1), token: nil),
            launching: SubprocessLauncher(executable: "/bin/false"),
            client: WorkerClient(token: nil, eventLoops: MultiThreadedEventLoopGroup.singleton),
            store: store, stored: try store.load(window: 0, at: Timestamp(milliseconds: 0)),
            eventLoop: MultiThreadedEventLoopGroup.singleton.any(), threads: .singleton, logger: LogJournal().logger)
        let (stream, queue) = AsyncStream.makeStream(of: Bool.self)
        let updates = await service.updates()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                for await changes in updates { queue.yield(changes.queue.isPaused) }
            }
            var states = stream.makeAsyncIterator()
            // The queue does not show as paused before the service runs, though no task starts.
            #expect(await states.next() == false)
            group.addTask { try await service.run() }
            #expect(await states.next() == false)
            for isPaused in [true, false] {
                _ = try await service.setQueuePaused(isPaused)
                #expect(await states.next() == isPaused)
            }
            await service.shutDown(byForce: true)
            try await group.waitForAll()
        }
    }
}
