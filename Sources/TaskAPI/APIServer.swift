package import Hummingbird
import HummingbirdCore
package import Logging
import NIOCore
import ServiceLifecycle
package import TaskModel

/// The REST API on its port.
///
/// On a graceful shutdown it stops accepting at once, has the tasks ended meanwhile, and answers what
/// is in flight: requests that wait for a task's end get their answers.
package struct APIServer: Service {
    /// A client that does not take its answer holds up the shutdown for no longer.
    private static let linger = Duration.milliseconds(200)

    private let configuration: Configuration
    private let control: any TaskControl
    private let logger: Logger
    private let onListening: @Sendable (_ host: String, _ port: Int) async -> Void
    private let endTasks: @Sendable () async -> Void

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
    ///   - onListening: called with the bound address once requests are accepted.
    ///   - endTasks: called on shutdown; ends all tasks and returns when none is left.
    package init(
        configuration: Configuration, control: any TaskControl, logger: Logger,
        onListening: @escaping @Sendable (_ host: String, _ port: Int) async -> Void,
        endTasks: @escaping @Sendable () async -> Void
    ) {
        self.configuration = configuration
        self.control = control
        self.logger = logger
        self.onListening = onListening
        self.endTasks = endTasks
    }

    /// Serves until shutdown.
    ///
    /// - Throws: `IOError` when the address cannot be bound.
    package func run() async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await application.run() }
            group.addTask {
                try await gracefulShutdown()
                await endTasks()
                try await Task.sleep(for: Self.linger)
            }
            // Whoever is first ends the other: the server when all is answered or cannot be, the
            // second when the time to take the answers is over.
            defer { group.cancelAll() }
            try await group.next()
        }
    }

    private var application: some ApplicationProtocol {
        var quiet = logger
        let limits = configuration.limits
        // What Hummingbird has to say of single requests and connections is for debugging.
        quiet.logLevel = max(logger.logLevel, .notice)
        return Application(
            router: Self.router(control: control, policy: configuration.policy, logger: logger),
            server: HTTPServerBuilder { responder in
                HTTPConnections(
                    http: HTTP1Channel(
                        responder: responder,
                        configuration: .init(additionalChannelHandlers: [
                            ConnectionGuard(limits: limits), ParserProblemHandler(),
                        ])))
            },
            configuration: .init(
                address: .hostname(configuration.host, port: configuration.port), serverName: "taskdeck",
                availableConnectionsDelegate: .maximum(limits.count, logger: quiet)),
            onServerRunning: { channel in
                await onListening(
                    channel.localAddress?.ipAddress ?? configuration.host, channel.localAddress?.port ?? 0)
            },
            logger: quiet)
    }

    /// The routes with everything around them; tests drive it without a socket.
    package static func router(
        control: any TaskControl, policy: AccessPolicy, logger: Logger
    ) -> Router<BasicRequestContext> {
        let router = Router(context: TaskController.Context.self, options: .autoGenerateHeadEndpoints)
        router.add(middleware: ProblemMiddleware(policy: policy, logger: logger))
        TaskController(control: control).addRoutes(to: router)
        QueueController(control: control).addRoutes(to: router)
        return router
    }
}
