package import HTTPSupport
package import Hummingbird
import HummingbirdCore
package import Logging
package import NIOCore
import NIOHTTP1
import ServiceLifecycle
package import TaskControl

/// The REST API on its port.
///
/// On a graceful shutdown it stops accepting connections at once. Requests in flight are answered while the tasks are
/// being ended, as long as there is time: also those that wait for the end of a task, and those of slow clients.
package struct APIServer: Service {
    private let configuration: Configuration
    private let control: any TaskControl
    private let eventLoops: any EventLoopGroup
    private let logger: Logger
    private let onListening: @Sendable (_ host: String, _ port: Int) async -> Void
    private let endTasks: @Sendable () async -> Void
    private let lastCall: @Sendable () async -> Void

    /// The address, the access policy and the limits.
    package struct Configuration: Sendable {
        /// The name or an address of this machine.
        package var host: String
        /// 0 for any free port.
        package var port: Int
        /// The requests that are admitted; applied first.
        package var policy: AccessPolicy
        /// The times and the number of connections.
        package var limits: ConnectionLimits

        package init(host: String, port: Int, policy: AccessPolicy, limits: ConnectionLimits) {
            self.host = host
            self.port = port
            self.policy = policy
            self.limits = limits
        }
    }

    /// - Parameters:
    ///   - eventLoops: where connections are served.
    ///   - onListening: called with the bound address once connections are accepted.
    ///   - endTasks: called on shutdown; ends all tasks and returns when none is left.
    ///   - lastCall: returns at the end of the time for clients to receive their answers, or when it is cancelled.
    package init(
        configuration: Configuration, control: any TaskControl, eventLoops: any EventLoopGroup, logger: Logger,
        onListening: @escaping @Sendable (_ host: String, _ port: Int) async -> Void,
        endTasks: @escaping @Sendable () async -> Void, lastCall: @escaping @Sendable () async -> Void
    ) {
        self.configuration = configuration
        self.control = control
        self.eventLoops = eventLoops
        self.logger = logger
        self.onListening = onListening
        self.endTasks = endTasks
        self.lastCall = lastCall
    }

    /// Serves requests until shutdown.
    ///
    /// - Throws: `IOError` when the address cannot be bound.
    package func run() async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await server.run() }
            group.addTask {
                try await gracefulShutdown()
                await endTasks()
                await lastCall()
            }
            // The first to return ends the other: the server once all requests are answered or lost, the second at the
            // end of the time for answers.
            defer { group.cancelAll() }
            try await group.next()
        }
    }

    private var server: any Service {
        var quiet = logger
        let limits = configuration.limits
        // Hummingbird's messages about single requests and connections are for debugging.
        quiet.logLevel = max(logger.logLevel, .notice)
        let router = Self.router(control: control, policy: configuration.policy, logger: logger)
        return HTTPConnections(
            http: HTTP1Channel(
                responder: Self.responder(router.buildResponder(), ServerHeaders(), logger: quiet),
                configuration: .init(additionalChannelHandlers: [
                    ConnectionGuard(limits: limits), ParserProblemHandler(),
                ]))
        ).server(
            configuration: .init(
                address: .hostname(configuration.host, port: configuration.port),
                availableConnectionsDelegate: .maximum(limits.count, logger: quiet)),
            onServerRunning: { channel in
                await onListening(
                    channel.localAddress?.ipAddress ?? configuration.host, channel.localAddress?.port ?? 0)
            },
            eventLoopGroup: eventLoops, logger: quiet)
    }

    /// Does what Hummingbird's `Application` does around a router, without its clock, which wakes up every second.
    private static func responder(
        _ router: RouterResponder<BasicRequestContext>, _ common: ServerHeaders, logger: Logger
    ) -> HTTPChannelHandler.Responder {
        { request, writer, channel in
            let context = BasicRequestContext(source: .init(channel: channel, logger: logger))
            var response = try await router.respond(to: request, context: context)
            common.add(to: &response.headers)
            do {
                try await writer.write(response: response.head, body: response.body)
            } catch is HTTPParserError {
                // Hummingbird would answer that, too, in the middle of this answer.
                throw ChannelError.ioOnClosedChannel
            }
        }
    }

    /// A router with every route of ``Route/all``; tests use it without a socket.
    package static func router(
        control: any TaskControl, policy: AccessPolicy, logger: Logger
    ) -> Router<BasicRequestContext> {
        let router = Router(context: BasicRequestContext.self)
        router.add(middleware: ProblemMiddleware(policy: policy, logger: logger))
        for route in Route.all {
            for method in route.methods {
                router.on(RouterPath(route.path), method: method) { request, context in
                    try await route.handler(APIRequest(request, context.parameters, of: route, control: control))
                }
            }
        }
        return router
    }
}
