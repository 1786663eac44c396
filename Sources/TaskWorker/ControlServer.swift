import NIOConcurrencyHelpers
import NIOCore
import NIOHTTP1
import NIOPosix
import TaskModel

/// The worker's own HTTP server, on a free port of 127.0.0.1.
///
/// The port is open before there is anything to serve, so that nothing remains to be done once there is.
struct ControlServer {
    private static let host = "127.0.0.1"

    /// Where the server listens.
    let address: WorkerAddress
    private let channel: any Channel
    private let content: NIOLockedValueBox<(core: WorkerCore, policy: AccessPolicy)?>

    /// Opens the port; not to be called from an event loop, whose answer it waits for.
    ///
    /// - Throws: `IOError` when there is no port or no descriptor left.
    init(on group: MultiThreadedEventLoopGroup) throws {
        let content = NIOLockedValueBox<(core: WorkerCore, policy: AccessPolicy)?>(nil)
        channel = try ServerBootstrap(group: group)
            .serverChannelOption(.backlog, value: 64)
            // Connections wait in the kernel until there is somebody to answer.
            .serverChannelOption(.autoRead, value: false)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    guard let (core, policy) = content.withLockedValue({ $0 }) else { throw ChannelError.eof }
                    let pipeline = channel.pipeline.syncOperations
                    try pipeline.configureHTTPServerPipeline(withErrorHandling: false)
                    try pipeline.addHandler(ControlHandler(core: core, policy: policy))
                }
            }
            // By address: a name would be looked up, on yet another thread.
            .bind(to: try SocketAddress(ipAddress: Self.host, port: 0))
            .wait()
        self.content = content
        address = WorkerAddress(host: Self.host, port: channel.localAddress?.port ?? 0, pid: getpid())
    }

    /// Answers from now on, as long as the process lives.
    func serve(_ core: WorkerCore) {
        let policy = AccessPolicy(
            token: core.assignment.token.flatMap { AccessToken($0) }, hosts: .loopback(boundName: Self.host))
        content.withLockedValue { $0 = (core, policy) }
        channel.setOption(.autoRead, value: true).whenComplete { _ in }
    }

    /// Gives the port back.
    func close() -> EventLoopFuture<Void> { channel.close() }
}
