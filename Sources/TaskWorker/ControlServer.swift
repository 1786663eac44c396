import NIOCore
import NIOHTTP1
import NIOPosix
import TaskModel

/// The worker's own HTTP server, on a free port of 127.0.0.1.
struct ControlServer {
    private static let host = "127.0.0.1"

    /// Where the server listens.
    let address: WorkerAddress

    /// Opens the port and serves from then on, as long as the process lives.
    ///
    /// - Throws: `IOError` when there is no port or no descriptor left.
    init(core: WorkerCore) throws {
        let policy = AccessPolicy(
            token: core.assignment.token.flatMap { AccessToken($0) }, hosts: .loopback(boundName: Self.host))
        let channel = try ServerBootstrap(group: MultiThreadedEventLoopGroup(numberOfThreads: 1))
            .serverChannelOption(.backlog, value: 64)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.configureHTTPServerPipeline(withErrorHandling: false)
                    try channel.pipeline.syncOperations.addHandler(ControlHandler(core: core, policy: policy))
                }
            }
            .bind(host: Self.host, port: 0)
            .wait()
        address = WorkerAddress(host: Self.host, port: channel.localAddress?.port ?? 0, pid: getpid())
    }
}
