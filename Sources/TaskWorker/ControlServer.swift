import NIOCore
import NIOHTTP1
import NIOPosix
import TaskModel

/// The worker's own HTTP server.
struct ControlServer {
    private let channel: any Channel

    /// Answers on a port from now on, which it owns; not to be called from an event loop, whose answer it waits for.
    ///
    /// - Throws: `IOError` when there is no descriptor left.
    init(on port: ControlPort, for core: WorkerCore, by group: MultiThreadedEventLoopGroup) throws {
        let policy = AccessPolicy(
            token: core.assignment.token.flatMap { AccessToken($0) }, hosts: .loopback(boundName: ControlPort.host))
        channel = try ServerBootstrap(group: group)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let pipeline = channel.pipeline.syncOperations
                    try pipeline.configureHTTPServerPipeline(withErrorHandling: false)
                    try pipeline.addHandler(ControlHandler(core: core, policy: policy))
                }
            }
            .withBoundSocket(port.descriptor)
            .wait()
    }

    /// Gives the port back.
    func close() -> EventLoopFuture<Void> { channel.close() }
}
