import NIOCore
import NIOPosix
import Synchronization

/// A line to a program under test with a delay and a rate: a proxy on a port of its own, which can be cut.
package final class SlowLine: Sendable {
    private typealias Connection = NIOAsyncChannel<ByteBuffer, ByteBuffer>

    private struct State {
        var port = 0
        var isCut = false
        var channels: [ObjectIdentifier: any Channel] = [:]
        var connections: [Task<Void, Never>] = []
    }

    /// Bytes that are passed on at a time.
    private static let pieceSize = 2048
    /// Of each socket: what is in a buffer has no delay.
    private static let bufferSize: ChannelOptions.Types.SocketOption.Value = 8192

    private let target: Int
    /// From one end to the other.
    private let delay: Duration
    /// Bytes a second in each direction; `nil` for any number.
    private let rate: Double?
    private let state = Mutex(State())

    private init(target: Int, delay: Duration, rate: Double?) {
        (self.target, self.delay, self.rate) = (target, delay, rate)
    }

    package var port: Int { state.withLock(\.port) }

    /// Runs `body` with a line to a port of this machine.
    package static func run(
        to target: Int, delay: Duration = .zero, rate: Double? = nil, body: @Sendable (SlowLine) async throws -> Void
    ) async throws {
        let line = SlowLine(target: target, delay: delay, rate: rate)
        let server = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelOption(.socketOption(.so_rcvbuf), value: bufferSize)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    line.accept(try Connection(wrappingChannelSynchronously: channel))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        line.state.withLock { $0.port = server.localAddress?.port ?? 0 }
        let result: Result<Void, any Error>
        do {
            result = .success(try await body(line))
        } catch {
            result = .failure(error)
        }
        line.cut()
        try? await server.close()
        for connection in line.state.withLock(\.connections) { await connection.value }
        try result.get()
    }

    /// Passes a connection on at once.
    ///
    /// NIO requires that every one is used; those in an asynchronous sequence are not where the sequence ends first.
    /// ``run(to:delay:rate:body:)`` awaits the task.
    private func accept(_ connection: Connection) {
        let task = Task { () -> Void in try? await pass(connection) }
        state.withLock { $0.connections.append(task) }
    }

    /// Closes all connections, and every new one at once.
    package func cut() {
        let channels = state.withLock { state in
            state.isCut = true
            return Array(state.channels.values)
        }
        for channel in channels { channel.close(promise: nil) }
    }

    /// Ends ``cut()``.
    package func mend() { state.withLock { $0.isCut = false } }

    // MARK: - Passing on

    private func pass(_ client: Connection) async throws {
        try await client.executeThenClose { fromClient, toClient in
            guard register(client.channel) else { return }
            defer { unregister(client.channel) }
            let service = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
                .channelOption(.socketOption(.so_rcvbuf), value: Self.bufferSize)
                .connect(host: "127.0.0.1", port: target) { channel in
                    channel.eventLoop.makeCompletedFuture { try Connection(wrappingChannelSynchronously: channel) }
                }
            try await service.executeThenClose { fromService, toService in
                try await withThrowingTaskGroup(of: Void.self) { group in
                    group.addTask { try await self.pass(fromClient, to: toService) }
                    group.addTask { try await self.pass(fromService, to: toClient) }
                    defer { group.cancelAll() }
                    // The end of one side is that of both.
                    try await group.next()
                }
            }
        }
    }

    private func pass(
        _ input: NIOAsyncChannelInboundStream<ByteBuffer>, to output: NIOAsyncChannelOutboundWriter<ByteBuffer>
    ) async throws {
        let clock = ContinuousClock()
        let (pieces, queue) = AsyncStream.makeStream(of: (ByteBuffer, ContinuousClock.Instant).self)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                for await (piece, time) in pieces {
                    try await Task.sleep(until: time, clock: clock)
                    try await output.write(piece)
                }
            }
            var free = clock.now
            for try await part in input {
                var part = part
                while let piece = part.readSlice(length: min(Self.pieceSize, part.readableBytes)),
                    piece.readableBytes > 0
                {
                    if let rate {
                        // Until then the sender is held back.
                        free = max(free, clock.now) + .seconds(Double(piece.readableBytes) / rate)
                        try await Task.sleep(until: free, clock: clock)
                    }
                    queue.yield((piece, clock.now + delay))
                }
            }
            queue.finish()
            try await group.waitForAll()
        }
    }

    private func register(_ channel: any Channel) -> Bool {
        state.withLock { state in
            if !state.isCut { state.channels[ObjectIdentifier(channel)] = channel }
            return !state.isCut
        }
    }

    private func unregister(_ channel: any Channel) {
        state.withLock { state in state.channels[ObjectIdentifier(channel)] = nil }
    }
}
