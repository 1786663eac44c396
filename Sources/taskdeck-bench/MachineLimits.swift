import FoundationEssentials
import Glibc
import NIOCore
import NIOHTTP1
import NIOPosix
import SystemPackage

/// The cost of the operations that every task service is made of: lower bounds for its rows.
enum MachineLimits {
    static func measure(_ repetitions: Int) async throws -> Results {
        var (spawns, kills): ([Double], [Double]) = ([], [])
        for _ in 0..<repetitions {
            spawns.append(try milliseconds { () throws(BenchmarkError) in try ChildProcess(["/bin/true"]).wait() })
            kills.append(try timeToKill())
        }
        let (response, exchange) = try await responses()
        return [
            .floorSpawn: Distribution(spawns), .floorKill: Distribution(kills),
            .floorFlush: Distribution(try flushes(repetitions)),
            .floorPipe: Distribution([try await pipeEcho()]),
            .floorResponse: Distribution([response.requestsPerSecond]), .floorResponseLatency: response.latencies,
            .floorExchange: exchange.latencies,
        ]
    }

    /// Returns the milliseconds from SIGKILL until a process of a small C program has been reaped.
    private static func timeToKill() throws(BenchmarkError) -> Double {
        let sleep = try ChildProcess(["/bin/sleep", "60"])
        // Excludes its start.
        usleep(2000)
        return milliseconds {
            kill(sleep.pid, SIGKILL)
            sleep.wait()
        }
    }

    /// Returns the milliseconds of each write and flush of a page, in a file that does not grow.
    private static func flushes(_ count: Int) throws -> [Double] {
        let path = FileManager.default.temporaryDirectory.appending(path: "taskdeck-bench-\(UUID().uuidString)").path()
        let file = try FileDescriptor.open(
            FilePath(path), .readWrite, options: [.create, .exclusiveCreate], permissions: .ownerReadWrite)
        unlink(path)
        return try file.closeAfter {
            let page = [UInt8](repeating: 1, count: 4096)
            try file.writeAll(toAbsoluteOffset: 0, page)
            fsync(file.rawValue)
            return try (0..<count).map { _ in
                try milliseconds {
                    try file.writeAll(toAbsoluteOffset: 0, page)
                    fdatasync(file.rawValue)
                }
            }
        }
    }

    /// Returns the milliseconds of a byte to another thread and back through two pipes, the mean of 1000.
    private static func pipeEcho() async throws -> Double {
        var there: [Int32] = [0, 0]
        var back: [Int32] = [0, 0]
        guard pipe(&there) == 0, pipe(&back) == 0 else { throw BenchmarkError(description: "no pipe: errno \(errno)") }
        let (input, output, ends) = (there[0], back[1], there + back)
        defer { for end in ends { close(end) } }
        let thread = NIOThreadPool(numberOfThreads: 1)
        thread.start()
        async let echo: Void = thread.runIfActive {
            var byte: UInt8 = 0
            for _ in 0..<1000 {
                read(input, &byte, 1)
                write(output, &byte, 1)
            }
        }
        let time = milliseconds {
            var byte: UInt8 = 0
            for _ in 0..<1000 {
                write(there[1], &byte, 1)
                read(back[0], &byte, 1)
            }
        }
        try await echo
        try await thread.shutdownGracefully()
        return time / 1000
    }

    /// Measures a bare NIO server, requested by 32 clients and by one.
    private static func responses() async throws -> (many: LoadGenerator.Outcome, one: LoadGenerator.Outcome) {
        let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.configureHTTPServerPipeline()
                    try channel.pipeline.syncOperations.addHandler(EmptyResponder())
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        let port = channel.localAddress?.port ?? 0
        let many = try LoadGenerator.run("/", port: port)
        let one = try LoadGenerator.run("/", port: port, connections: 1, for: .milliseconds(300))
        try await channel.close()
        return (many, one)
    }

    private final class EmptyResponder: ChannelInboundHandler {
        typealias InboundIn = HTTPServerRequestPart
        typealias OutboundOut = HTTPServerResponsePart

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            guard case .end = unwrapInboundIn(data) else { return }
            let head = HTTPResponseHead(version: .http1_1, status: .ok, headers: ["Content-Length": "2"])
            context.write(wrapOutboundOut(.head(head)), promise: nil)
            context.write(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(string: "{}")))), promise: nil)
            context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
        }
    }
}
