import HTTPSupport
import NIOCore
import NIOHTTP1
import NIOPosix
import TaskModel
import WorkerProtocol

/// The worker's own HTTP server.
struct ControlServer {
    private let channel: any Channel

    /// Answers on a port from now on, which it owns.
    ///
    /// Fails with `IOError` when there is no descriptor left.
    static func start(
        on port: ControlPort, for core: WorkerCore, by group: any EventLoopGroup
    ) -> EventLoopFuture<ControlServer> {
        let policy = AccessPolicy(
            token: core.assignment.token.flatMap { AccessToken($0) }, hosts: .loopback(boundName: ControlPort.host))
        return ServerBootstrap(group: group)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let pipeline = channel.pipeline.syncOperations
                    try pipeline.configureHTTPServerPipeline(withErrorHandling: false)
                    try pipeline.addHandler(ControlHandler(core: core, policy: policy))
                }
            }
            .withBoundSocket(port.descriptor)
            .map { ControlServer(channel: $0) }
    }

    /// Gives the port back.
    func close() -> EventLoopFuture<Void> { channel.close() }
}
