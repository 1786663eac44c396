import NIOCore
import NIOPosix
import SystemPackage
import TaskSupervisor
import Testing

@Suite("Tasks on an event loop", .timeLimit(.minutes(15)))
struct EventLoopExecutorTests {
    @Test("tasks, and those that they start, run on the loop")
    func place() async {
        let loop = MultiThreadedEventLoopGroup.singleton.next()
        await withTaskExecutorPreference(EventLoopExecutor(on: loop)) {
            let places = await withTaskGroup(of: Bool.self) { group in
                for _ in 0..<4 {
                    group.addTask {
                        await Task.yield()
                        return loop.inEventLoop
                    }
                }
                return await group.reduce(into: []) { $0.append($1) }
            }
            #expect(places == [true, true, true, true])
        }
    }

    @Test("a task that is always ready does not keep the loop from its input")
    func fairness() async throws {
        // Its own: others are not to wait for this test.
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let ends = try FileDescriptor.pipe()
        let input = try await NIOPipeBootstrap(group: group)
            .takingOwnershipOfDescriptor(input: ends.readEnd.rawValue) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try NIOAsyncChannel<ByteBuffer, Never>(wrappingChannelSynchronously: channel)
                }
            }
        let busy = Task(executorPreference: EventLoopExecutor(on: group.next())) {
            while !Task.isCancelled { await Task.yield() }
        }
        try await input.executeThenClose { bytes in
            try ends.writeEnd.closeAfter { _ = try ends.writeEnd.writeAll([1, 2, 3]) }
            var count = 0
            for try await part in bytes { count += part.readableBytes }
            #expect(count == 3)
        }
        busy.cancel()
        await busy.value
        try await group.shutdownGracefully()
    }
}
