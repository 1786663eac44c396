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
/// On a graceful shutdown it stops accepting at once, has the tasks ended meanwhile, and answers what
/// is in flight, as long as there is time: requests that wait for a task's end get their answers, and slow clients
/// theirs whole.
package struct APIServer: Service {
    private let configuration: Configuration
    private let control: any TaskControl
    private let eventLoops: any EventLoopGroup
    private let logger: Logger
    private let onListening: @Sendable (_ host: String, _ port: Int) async -> Void
    private let endTasks: @Sendable () async -> Void
    private let lastCall: @Sendable () async -> Void

    /// Where to listen, and to whom.
    package struct Configuration: Sendable {
        /// A name or an address of this machine.
        package var host: String
        /// 0 means any free one.
        package var port: Int
        /// Who may come in; applied before anything else.
        package var policy: AccessPolicy
        /// How long clients may take, and how many there may be.
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
    ///   - onListening: called with the bound address once requests are accepted.
    ///   - endTasks: called on shutdown; ends all tasks and returns when none is left.
    ///   - lastCall: returns when clients that have not taken their answers by then are not waited for any more, or
    ///     when it is cancelled.
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

    /// Serves until shutdown.
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
            // Whoever is first ends the other: the server when all is answered or cannot be, the
            // second when the time to take the answers is over.
            defer { group.cancelAll() }
            try await group.next()
        }
    }

    private var server: any Service {
        var quiet = logger
        let limits = configuration.limits
        // What Hummingbird has to say of single requests and connections is for debugging.
        quiet.logLevel = max(logger.logLevel, .notice)
        let tasks = TaskController(control: control)
        let policy = configuration.policy
        let headers = ServerHeaders()
        return HTTPConnections(
            http: HTTP1Channel(
                responder: Self.responder(
                    Self.router(tasks, policy: policy, logger: logger).buildResponder(), headers, logger: quiet),
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

    /// What Hummingbird's `Application` does around a router, but for its clock, which strikes every second also
    /// when nobody asks.
    private static func responder(
        _ router: RouterResponder<TaskController.Context>, _ common: ServerHeaders, logger: Logger
    ) -> HTTPChannelHandler.Responder {
        { request, writer, channel in
            let context = TaskController.Context(source: .init(channel: channel, logger: logger))
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

    /// The routes with everything around them; tests drive it without a socket.
    package static func router(
        control: any TaskControl, policy: AccessPolicy, logger: Logger
    ) -> Router<BasicRequestContext> {
        router(TaskController(control: control), policy: policy, logger: logger)
    }

    private static func router(
        _ tasks: TaskController, policy: AccessPolicy, logger: Logger
    ) -> Router<TaskController.Context> {
        let router = Router(context: TaskController.Context.self, options: .autoGenerateHeadEndpoints)
        router.add(middleware: ProblemMiddleware(policy: policy, logger: logger))
        tasks.addRoutes(to: router)
        QueueController(control: tasks.control).addRoutes(to: router)
        return router
    }
}
