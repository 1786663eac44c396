import Glibc
import NIOCore
import NIOHTTP1
import NIOPosix

/// What the machine itself takes: nothing that starts processes and answers requests can be faster.
enum Floor {
    static func measured(_ repetitions: Int) async throws -> Measurements {
        var spawns: [Double] = []
        for _ in 0..<repetitions { spawns.append(try spawn()) }
        let response = try await response()
        return [
            .floorSpawn: Sample(spawns), .floorPipe: Sample([try await pipeEcho()]),
            .floorResponse: Sample([response.requestsPerSecond]), .floorResponseLatency: response.latencies,
        ]
    }

    /// Milliseconds from the wish for a process of a small C program until it has run and been reaped.
    private static func spawn() throws(Failure) -> Double {
        try milliseconds { () throws(Failure) in
            var pid = pid_t()
            let path = "/bin/true"
            let error = path.withCString { name in
                var arguments: [UnsafeMutablePointer<CChar>?] = [strdup(name), nil]
                defer { free(arguments[0]) }
                return posix_spawn(&pid, name, nil, nil, &arguments, environ)
            }
            guard error == 0 else { throw Failure(description: "\(path) cannot be run: errno \(error)") }
            var status: Int32 = 0
            waitpid(pid, &status, 0)
        }
    }

    /// Milliseconds for a byte to another thread and back through two pipes: the mean of a thousand times.
    private static func pipeEcho() async throws -> Double {
        var there: [Int32] = [0, 0]
        var back: [Int32] = [0, 0]
        guard pipe(&there) == 0, pipe(&back) == 0 else { throw Failure(description: "no pipe: errno \(errno)") }
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

    /// What a server without any content answers 32 clients.
    private static func response() async throws -> Load.Outcome {
        let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.configureHTTPServerPipeline()
                    try channel.pipeline.syncOperations.addHandler(EmptyAnswer())
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        let result = try Load.run("/", port: channel.localAddress?.port ?? 0)
        try await channel.close()
        return result
    }

    private final class EmptyAnswer: ChannelInboundHandler {
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
