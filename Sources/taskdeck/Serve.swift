import Dashboard
import Glibc
import Logging
import NIOCore
import ServiceLifecycle
import SystemPackage
import TaskAPI
import TaskModel
import TaskStore
import TaskSupervisor
import Terminal

extension Options {
    /// Wires all parts together and runs them until a signal, or the dashboard, ends them.
    ///
    /// - Throws: ``StartError``.
    func serve() async throws {
        let token = try readToken()
        let policy = try accessPolicy(token: token)
        let obstacle = noUi ? nil : Self.obstacleToDashboard()
        let showsDashboard = !noUi && obstacle == nil
        let log = try openLog(standardError: showsDashboard ? nil : .standardError)
        let logger = log.logger(label: "taskdeck", level: logLevel)
        if let obstacle { logger.notice("no dashboard, since \(obstacle); going on as with --no-ui") }

        let workers = try workerSource(logger: logger)
        let store = try openStore()
        for notice in store.notices { logger.notice("\(notice)") }
        let stored: StoredTasks
        do throws(StateUnusable) {
            stored = try store.load(window: Self.historyLength, interrupted: onRestart, at: ServiceClock().now.wall)
        } catch {
            throw StartError.environment("\(error)")
        }
        let service = TaskService(
            configuration: .init(
                grace: .seconds(grace), token: token, maxRunning: runningLimit,
                maxQueued: maxQueued == 0 ? nil : maxQueued, window: window, interrupted: onRestart),
            workers: workers, client: WorkerClient(token: token), store: store, stored: stored, logger: logger)
        // Trapped before the dashboard starts: ncurses takes signals that nobody has taken.
        let requests = await EndRequests()
        let dashboard =
            showsDashboard
            ? DashboardService(control: service, log: log) { requests.add($0 ? .hangUp : .wish("the dashboard")) } : nil
        let server = APIServer(
            configuration: .init(
                host: host, port: port, policy: policy, limits: Self.connectionLimits()), control: service,
            logger: logger,
            onListening: { host, port in announce(host: host, port: port, to: dashboard, logger: logger) },
            endTasks: {
                await service.shutDown(byForce: false)
                await service.waitUntilDrained()
            })
        let dump = StatusDump(control: service, interval: .seconds(statusInterval), logger: logger)

        // What a shutdown has to say is said by the parts themselves.
        var quiet = logger
        quiet.logLevel = .critical
        var services: [ServiceGroupConfiguration.ServiceConfiguration] = [
            .init(service: service), .init(service: dump), .init(service: server),
        ]
        if let dashboard {
            // The first to be listed is the last to be ended.
            services.insert(
                .init(service: dashboard, successTerminationBehavior: .gracefullyShutdownGroup), at: 0)
        }
        let group = ServiceGroup(configuration: ServiceGroupConfiguration(services: services, logger: quiet))
        do {
            try await Self.run(group, until: requests) { request, isFirst in
                logger.notice("\(request): shutting down\(isFirst ? "" : " at once")")
                dashboard?.tell(.shutdownBegun)
                if !isFirst { await service.shutDown(byForce: true) }
            }
            await log.close(within: .seconds(1))
        } catch {
            await log.close(within: .seconds(1))
            throw startError(error)
        }
    }

    /// How many finished tasks are read at the start, for the dashboard to show.
    private static var historyLength: Int { 1000 }

    /// Clients may take half of the descriptors: the others are for the workers.
    private static func connectionLimits() -> ConnectionLimits {
        var limits = ConnectionLimits()
        var files = rlimit()
        if getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &files) == 0 {
            limits.count = min(limits.count, Int(clamping: files.rlim_cur / 2))
        }
        return limits
    }

    private static func obstacleToDashboard() -> TerminalUnavailable? {
        do throws(TerminalUnavailable) {
            try TerminalProbe.check()
            return nil
        } catch {
            return error
        }
    }

    private func startError(_ error: any Error) -> StartError {
        switch error {
        case let error as StartError: error
        case let error as IOError where error.errnoCode == EADDRINUSE:
            .environment(
                "\(host):\(port) is already in use, perhaps by another taskdeck; choose another --port, or 0 for any")
        default: .environment("cannot serve on \(host):\(port): \(error)")
        }
    }

    /// Runs until the first request to end has been obeyed.
    ///
    /// - Parameter note: told of every request; sees to it that the second one ends all at once.
    private static func run(
        _ services: ServiceGroup, until requests: EndRequests,
        note: @escaping @Sendable (_ request: EndRequest, _ isFirst: Bool) async -> Void
    ) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await services.run() }
            group.addTask { await requests.forwardSignals() }
            group.addTask {
                var isFirst = true
                for await request in requests.all where isFirst || request != .hangUp {
                    await note(request, isFirst)
                    if isFirst { await services.triggerGracefulShutdown() }
                    isFirst = false
                }
            }
            // The others end only when they are cancelled, so the services are first.
            defer { group.cancelAll() }
            try await group.next()
        }
    }

    /// Tells the address in the one line on standard output, or by the dashboard.
    ///
    /// Scripts that ask for port 0 read it.
    private func announce(host: String, port: Int, to dashboard: DashboardService?, logger: Logger) {
        let address = "http://" + (host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)")
        logger.log(level: dashboard == nil ? .debug : .info, "listening on \(address)")
        if let dashboard {
            dashboard.tell(.listening(address))
        } else {
            // Whoever has closed standard output does not want to know.
            _ = try? FileDescriptor.standardOutput.writeAll(
                "taskdeck \(taskdeckVersion) listening on \(address)\n".utf8)
        }
    }
}
