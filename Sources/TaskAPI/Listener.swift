import HummingbirdCore
import Logging
import NIOCore
import NIOExtras
import NIOPosix

/// A listening socket, with the connections that it has accepted.
///
/// Hummingbird's server has one address, and unlinks the Unix socket of another service.
struct Listener {
    /// What a listener is bound to.
    enum Target {
        case address(host: String, port: Int)
        case socket(LocalSocket.Bound)
    }

    private let server: NIOAsyncChannel<AcceptedConnection, Never>
    private let connections: HTTPConnections
    private let quiescing: ServerQuiescingHelper
    private let logger: Logger

    /// Listens; connections wait until ``serve()``.
    ///
    /// - Parameter limit: the most connections at a time; others wait in the backlog until one is closed.
    /// - Throws: `IOError` when the address cannot be bound.
    init(
        _ target: Target, _ connections: HTTPConnections, limit: Int, on eventLoops: any EventLoopGroup, logger: Logger
    ) async throws {
        let quiescing = ServerQuiescingHelper(group: eventLoops)
        let bootstrap = ServerBootstrap(group: eventLoops)
            .serverChannelOption(.backlog, value: 256)
            .serverChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let pipeline = channel.pipeline.syncOperations
                    try pipeline.addHandler(
                        AvailableConnectionsChannelHandler(
                            delegate: MaximumAvailableConnections(limit, logger: logger)))
                    try pipeline.addHandler(quiescing.makeServerChannelHandler(channel: channel))
                }
            }
            .childChannelOption(.allowRemoteHalfClosure, value: true)
        let setup: @Sendable (any Channel) -> EventLoopFuture<AcceptedConnection> = { connections.setup(channel: $0) }
        switch target {
        case .address(let host, let port):
            server = try await bootstrap.serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
                .bind(host: host, port: port, childChannelInitializer: setup)
        case .socket(let socket):
            server = try await bootstrap.bind(socket.descriptor, childChannelInitializer: setup)
        }
        self.quiescing = quiescing
        self.connections = connections
        self.logger = logger
    }

    /// The bound address; `nil` for a Unix socket.
    var address: SocketAddress? { server.channel.localAddress }

    /// Accepts connections and serves them until ``endGracefully()``, or cancellation.
    func serve() async {
        await withDiscardingTaskGroup { group in
            do {
                try await server.executeThenClose { accepted in
                    for try await connection in accepted {
                        group.addTask { await connections.handle(value: connection, logger: logger) }
                    }
                }
            } catch {
                logger.error("no connections can be accepted: \(error)")
            }
        }
    }

    /// Closes the listening socket, and each connection once its requests are answered.
    func endGracefully() { quiescing.initiateShutdown(promise: nil) }

    /// Closes a listener that has never served.
    func close() async { try? await server.executeThenClose { _ in } }
}
