import HTTPSupport
import NIOCore
import NIOHTTP1
import NIOPosix
import TaskModel
import WorkerProtocol

/// A worker's HTTP server.
enum ControlServer {
    /// Serves HTTP on a port, which it owns from now on.
    ///
    /// Fails with `IOError` when no descriptor is left.
    static func start(
        on port: ControlPort, for core: WorkerCore, by group: any EventLoopGroup
    ) -> EventLoopFuture<Void> {
        let policy = AccessPolicy(
            token: core.assignment.token, hosts: .loopback(boundName: ControlPort.host))
        return ServerBootstrap(group: group)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let pipeline = channel.pipeline.syncOperations
                    try pipeline.configureHTTPServerPipeline(withErrorHandling: false)
                    try pipeline.addHandler(ControlHandler(core: core, policy: policy))
                }
            }
            .withBoundSocket(port.descriptor)
            .map { _ in }
    }
}
