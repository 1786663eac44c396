import HTTPSupport
package import Hummingbird
import HummingbirdCore
package import Logging
package import NIOCore
import NIOHTTP1
import ServiceLifecycle

/// The REST API on its port, and on its Unix socket.
///
/// On a graceful shutdown it stops accepting connections at once. Requests in flight are answered while the tasks are
/// being ended, as long as there is time: also those that wait for the end of a task, and those of slow clients.
package struct APIServer: Service {
    private let configuration: Configuration
    private let backend: APIBackend
    private let eventLoops: any EventLoopGroup
    private let logger: Logger
    private let onListening: @Sendable (_ host: String, _ port: Int) async -> Void
    private let endTasks: @Sendable () async -> Void
    private let lastCall: @Sendable () async -> Void

    /// The addresses, the access policy and the limits.
    package struct Configuration: Sendable {
        /// The name or an address of this machine.
        package var host: String
        /// 0 for any free port.
        package var port: Int
        /// For the owner's processes; `nil` for no socket.
        package var socket: LocalSocket?
        /// The requests that are admitted on the port; applied first.
        package var policy: RequestPolicy
        /// The times and the number of connections.
        package var limits: ConnectionLimits

        package init(
            host: String, port: Int, socket: LocalSocket? = nil, policy: RequestPolicy, limits: ConnectionLimits
        ) {
            self.host = host
            self.port = port
            self.socket = socket
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
        configuration: Configuration, backend: APIBackend, eventLoops: any EventLoopGroup, logger: Logger,
        onListening: @escaping @Sendable (_ host: String, _ port: Int) async -> Void,
        endTasks: @escaping @Sendable () async -> Void, lastCall: @escaping @Sendable () async -> Void
    ) {
        self.configuration = configuration
        self.backend = backend
        self.eventLoops = eventLoops
        self.logger = logger
        self.onListening = onListening
        self.endTasks = endTasks
        self.lastCall = lastCall
    }

    /// Serves requests until shutdown.
    ///
    /// - Throws: `IOError` when the address cannot be bound, ``LocalSocketUnusable``.
    package func run() async throws {
        let socket = configuration.socket
        let bound = try socket?.bind()
        defer { if let bound { socket?.remove(bound) } }
        let network: Listener
        do {
            network = try await listener(
                .address(host: configuration.host, port: configuration.port), configuration.policy)
        } catch {
            bound?.close()
            throw error
        }
        guard let bound else { return try await serve([network]) }
        let local: Listener
        do {
            local = try await listener(.socket(bound), .owner)
        } catch {
            await network.close()
            throw error
        }
        try await serve([network, local])
    }

    private func listener(_ target: Listener.Target, _ policy: RequestPolicy) async throws -> Listener {
        var quiet = logger
        // Hummingbird's messages about single requests and connections are for debugging.
        quiet.logLevel = max(logger.logLevel, .notice)
        let router = Self.router(backend: backend, policy: policy, logger: logger)
        let responder = Self.responder(router.buildResponder(), ServerHeaders(), logger: quiet)
        var limits = configuration.limits
        var foreign: HTTP1Channel?
        if case .socket = target {
            (limits.write, limits.count) = (limits.localWrite, limits.localCount)
            foreign = Self.channel(Self.refusal(.foreignUser, ServerHeaders()), limits)
        }
        let connections = HTTPConnections(http: Self.channel(responder, limits), foreign: foreign)
        return try await Listener(target, connections, limit: limits.count, on: eventLoops, logger: quiet)
    }

    private static func channel(
        _ responder: @escaping HTTPChannelHandler.Responder, _ limits: ConnectionLimits
    ) -> HTTP1Channel {
        HTTP1Channel(
            responder: responder,
            configuration: .init(additionalChannelHandlers: [
                ConnectionGuard(limits: limits), ParserProblemHandler(), HangUpHandler(),
            ]))
    }

    /// - Parameter listeners: the first has the address that is reported.
    private func serve(_ listeners: [Listener]) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                await withGracefulShutdownHandler {
                    let address = listeners.first?.address
                    await onListening(address?.ipAddress ?? configuration.host, address?.port ?? 0)
                    await withDiscardingTaskGroup { group in
                        for listener in listeners { group.addTask { await listener.serve() } }
                    }
                } onGracefulShutdown: {
                    for listener in listeners { listener.endGracefully() }
                }
            }
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

    /// Does what Hummingbird's `Application` does around a router, without its clock, which wakes up every second.
    private static func responder(
        _ router: RouterResponder<APIContext>, _ common: ServerHeaders, logger: Logger
    ) -> HTTPChannelHandler.Responder {
        { request, writer, channel in
            let context = APIContext(source: .init(channel: channel, logger: logger))
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

    /// Answers every request by the same problem, and closes the connection.
    private static func refusal(_ problem: ProblemDetails, _ common: ServerHeaders) -> HTTPChannelHandler.Responder {
        { request, writer, _ in
            var answer = problem.lastAnswer
            common.add(to: &answer.head.headerFields)
            let body = request.method == .head ? ByteBuffer() : answer.body
            try await writer.write(response: answer.head, body: ResponseBody(byteBuffer: body))
        }
    }

    /// A router with every route of ``Route/all``; tests use it without a socket.
    package static func router(
        backend: APIBackend, policy: RequestPolicy, logger: Logger
    ) -> Router<APIContext> {
        let router = Router(context: APIContext.self)
        router.add(middleware: ProblemMiddleware(policy: policy, logger: logger))
        for route in Route.all {
            for method in route.methods {
                router.on(RouterPath(route.path), method: method) { request, context in
                    try await route.handler(
                        APIRequest(request, context, of: route, backend: backend, policy: policy))
                }
            }
        }
        return router
    }
}
