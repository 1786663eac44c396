import Dashboard
import Glibc
import Logging
import NIOCore
import ServiceLifecycle
import ServiceLog
import SystemPackage
import TaskAPI
import TaskControl
import TaskModel
import TaskStore
import TaskSupervisor
import Terminal

extension Options {
    /// Wires all parts together and runs them until a signal, or the dashboard, ends them.
    ///
    /// No task is started and nothing in the store changed before all parts have started.
    ///
    /// - Parameter eventLoops: the only ones of this process.
    /// - Throws: ``StartError``; also when something could not be stored at the end.
    func serve(until requests: EndRequests, on eventLoops: any EventLoopGroup) async throws {
        let token = try readToken()
        let policy = try accessPolicy(token: token)
        let obstacle = noUi ? nil : Self.obstacleToDashboard()
        let showsDashboard = !noUi && obstacle == nil
        if !showsDashboard { SignalDisposition.ignoreBackgroundOutput() }
        let log = try openLog(standardError: showsDashboard ? nil : .standardError)
        let logger = log.logger(label: "taskdeck", level: logLevel)
        if let obstacle { logger.notice("no dashboard, since \(obstacle); going on as with --no-ui") }

        let workers = try workerSource(on: eventLoops, logger: logger)
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
            workers: workers, client: WorkerClient(token: token, eventLoops: eventLoops), store: store, stored: stored,
            eventLoop: eventLoops.next(), logger: logger)
        // The dashboard captures standard error.
        let console = showsDashboard ? Console.own() : nil
        let lastCall = AsyncStream.makeStream(of: Void.self)
        requests.activate(grace: .seconds(grace)) {
            // Whatever cannot be stored at once is given up, to be named; and so are clients that take no answers.
            store.abandon()
            lastCall.continuation.finish()
        } onExpiry: { limit in
            let report = ShutdownReport(service, store).overdue(limit)
            logger.critical("\(report)")
            if showsDashboard { CursesTerminal.abandon() }
            console?.write("taskdeck: \(report)\n", within: .milliseconds(200))
            log.flush(within: .milliseconds(200))
        }
        let dashboard =
            showsDashboard
            ? DashboardService(
                control: service, log: log, logger: logger,
                retention: ephemeral ? .none : .onDisk(requeues: onRestart == .requeue)
            ) {
                requests.add($0 ? .hangUp : .asked(by: "the dashboard"))
            } : nil
        let start = StartGate(showsDashboard ? [.api, .dashboard] : [.api])
        let server = APIServer(
            configuration: .init(
                host: host, port: port, policy: policy, limits: Self.connectionLimits()), control: service,
            eventLoops: eventLoops, logger: logger,
            onListening: { host, port in
                start.succeed(.api)
                // Connections wait until then.
                if await start.wait() {
                    announce(host: host, port: port, needsToken: token != nil, to: dashboard, logger: logger)
                }
            },
            endTasks: { await service.waitUntilDrained() },
            lastCall: { for await _ in lastCall.stream {} })
        let dump = StatusDump(control: service, interval: .seconds(statusInterval), logger: logger)

        // The parts themselves log what matters of a shutdown.
        var quiet = logger
        quiet.logLevel = .critical
        let run = ServiceRun(
            requests: requests, start: start, tasks: service,
            api: ServiceGroup(
                configuration: ServiceGroupConfiguration(
                    services: [.init(service: dump), .init(service: server)], logger: quiet)),
            dashboard: dashboard, log: log, logger: logger)
        var failure: StartError?
        do {
            try await run.run()
        } catch {
            failure = startError(error)
        }
        if start.isOpen, let loss = ShutdownReport(service, store).loss {
            logger.critical("\(loss)")
            failure = failure ?? .environment(loss, isLogged: !showsDashboard)
        }
        if let loss = await log.close(within: min(.seconds(1), requests.timeLeft)) {
            console?.write("taskdeck: \(loss)\n", within: .milliseconds(100))
        }
        if let failure { throw failure }
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
        case let error as IOError:
            .environment("cannot serve on \(host):\(port): \(Self.reason(error.errnoCode))")
        default: .environment("cannot serve on \(host):\(port): \(error)")
        }
    }

    private static func reason(_ number: CInt) -> String {
        switch number {
        case EADDRNOTAVAIL: "address not available on this machine"
        case EACCES: "this port needs more rights"
        default: Errno(rawValue: number).description
        }
    }

    /// Tells the address in the one line on standard output, or by the dashboard.
    ///
    /// Scripts that ask for port 0 read it.
    private func announce(
        host: String, port: Int, needsToken: Bool, to dashboard: DashboardService?, logger: Logger
    ) {
        let address = "http://" + (host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)")
        logger.log(level: dashboard == nil ? .debug : .info, "listening on \(address)")
        if let dashboard {
            dashboard.post(.listening(address, needsToken: needsToken))
        } else {
            Console.standardOutput.begin("taskdeck \(taskdeckVersion) listening on \(address)\n")
        }
    }
}
