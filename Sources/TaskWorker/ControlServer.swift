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
    /// Completes when the first connection has been closed.
    let firstEnd: EventLoopFuture<Void>

    /// Opens the port.
    ///
    /// The future fails with `IOError` when there is no port or no descriptor left.
    static func open(on loop: any EventLoop) -> EventLoopFuture<ControlServer> {
        let content = NIOLockedValueBox<(core: WorkerCore, policy: AccessPolicy)?>(nil)
        let firstEnd = loop.makePromise(of: Void.self)
        return loop.makeCompletedFuture { try SocketAddress(ipAddress: host, port: 0) }
            .flatMap { address in
                ServerBootstrap(group: loop)
                    .serverChannelOption(.backlog, value: 64)
                    // Connections wait in the kernel until there is somebody to answer.
                    .serverChannelOption(.autoRead, value: false)
                    .childChannelInitializer { channel in
                        channel.eventLoop.makeCompletedFuture {
                            guard let (core, policy) = content.withLockedValue({ $0 }) else { throw ChannelError.eof }
                            let pipeline = channel.pipeline.syncOperations
                            try pipeline.configureHTTPServerPipeline(withErrorHandling: false)
                            try pipeline.addHandler(ControlHandler(core: core, policy: policy))
                            channel.closeFuture.cascade(to: firstEnd)
                        }
                    }
                    .bind(to: address)
            }
            .map { channel in
                let address = WorkerAddress(host: host, port: channel.localAddress?.port ?? 0, pid: getpid())
                return ControlServer(
                    address: address, channel: channel, content: content, firstEnd: firstEnd.futureResult)
            }
            .flatMapErrorThrowing { error in
                firstEnd.fail(error)
                throw error
            }
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
