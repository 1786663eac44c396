import Dashboard
import HTTPSupport
import Logging
import ServiceLifecycle
import ServiceLog
import SystemPackage
import TaskAPI
import TaskControl
import TaskModel
import TaskStore
import TaskSupervisor
import TaskTypes

import protocol NIOCore.EventLoopGroup
import class NIOPosix.NIOThreadPool

/// The wiring of the service: makes its parts and runs them until a signal, or the dashboard, ends them.
struct Server {
    let configured: ConfiguredOptions
    let shutdown: ShutdownControl
    let eventLoops: any EventLoopGroup
    let threads: NIOThreadPool

    private var options: ServerOptions { configured.options }

    /// Runs the service.
    ///
    /// No task is started and nothing in the store changed before all parts have started.
    ///
    /// - Throws: ``StartError``; also when something could not be stored at the end.
    func run() async throws(StartError) {
        let token = try options.readToken()
        let policy = try options.accessPolicy(token: token)
        let output = try ServerOutput(options)
        let directory = try ServiceDirectory(options)
        defer { directory.removeIfTemporary() }
        let (tasks, store) = try makeTasks(token: token, directory, output)
        let fullAccess = try options.fullAccess(token: token, in: directory)
        let socket = LocalSocket(in: directory.path)
        // Finished with the last call.
        let (lastCalls, lastCall) = AsyncStream.makeStream(of: Void.self)
        activateShutdown(tasks, store, directory, output, lastCall)
        let outputs = OutputFiles(
            directory: directory.logs.string, tasks: tasks, threads: threads)
        let dashboard = output.showsDashboard ? makeDashboard(tasks, outputs, output) : nil
        let start = StartGate(dashboard == nil ? [.api] : [.api, .dashboard])
        let announcement = Announcement(
            needsToken: token != nil, socket: socket.path, temporaryDirectory: options.ephemeral ? directory.path : nil,
            dashboard: dashboard, logger: output.logger)
        let reload = ConfigurationReload(
            source: configured.source, tasks: tasks, dashboard: dashboard, logger: output.logger)
        let server = APIServer(
            configuration: .init(
                host: options.host, port: options.port, socket: socket,
                policy: .network(policy, fullAccess: fullAccess), limits: Self.connectionLimits()),
            backend: APIBackend(
                control: tasks, logs: TaskLogFiles(outputs: outputs, tasks: tasks, threads: threads), outputs: outputs,
                configuration: reload, streams: StreamSources(journal: tasks.journal, log: output.log),
                shutDown: { [shutdown] in shutdown.request(.requested(by: "a client of the API")) }),
            eventLoops: eventLoops, logger: output.logger,
            onListening: { host, port in
                start.succeed(.api)
                // Connections wait until then.
                if await start.wait() { announcement.send(host: host, port: port) }
            },
            endTasks: { await tasks.waitUntilDrained() },
            lastCall: { for await _ in lastCalls {} })
        let run = ServiceRun(
            shutdown: shutdown, start: start, tasks: tasks, api: group(server, statusDump(of: tasks, output), output),
            dashboard: dashboard, outputs: outputs, log: output.log, reload: reload, logger: output.logger)
        let result = await result(of: run)
        try await end(result, hasStarted: start.isOpen, ShutdownReport(tasks, store), output)
    }

    // MARK: - Parts

    private func makeTasks(
        token: AccessToken?, _ directory: ServiceDirectory, _ output: ServerOutput
    ) throws(StartError) -> (TaskService, TaskStore) {
        let workers = try options.workerSource(on: eventLoops, logger: output.logger)
        let store = try options.openStore(in: directory)
        for notice in store.notices { output.logger.notice("\(notice)") }
        let stored = try options.load(store)
        let tasks = TaskService(
            configuration: .init(
                grace: .seconds(options.grace), token: token, maxRunning: options.runningLimit,
                maxQueued: options.maxQueued == 0 ? nil : options.maxQueued, window: options.window,
                interrupted: options.onRestart,
                types: TaskTypeRegistry(declared: configured.types, defaults: .ofThisProcess),
                programs: LocalPrograms(), programLogs: options.programLogs(in: directory)),
            workers: workers, client: WorkerClient(token: token, eventLoops: eventLoops), store: store, stored: stored,
            eventLoop: eventLoops.next(), threads: threads, logger: output.logger)
        return (tasks, store)
    }

    private func activateShutdown(
        _ tasks: TaskService, _ store: TaskStore, _ directory: ServiceDirectory, _ output: ServerOutput,
        _ lastCall: AsyncStream<Void>.Continuation
    ) {
        shutdown.activate(
            .init(
                grace: .seconds(options.grace),
                onLastCall: {
                    // From now on neither a locked database nor a client that reads nothing delays the end.
                    store.abandon()
                    lastCall.finish()
                },
                onExpiry: { limit in
                    output.writeExpiry(ShutdownReport(tasks, store).expired(after: limit))
                    directory.removeIfTemporary()
                }))
    }

    private func makeDashboard(
        _ tasks: TaskService, _ outputs: OutputFiles?, _ output: ServerOutput
    ) -> DashboardService {
        DashboardService(
            control: tasks, outputs: outputs, log: output.log, logger: output.logger,
            retention: options.ephemeral ? .none : .onDisk(requeues: options.onRestart == .requeue)
        ) { [shutdown] isHangUp in
            shutdown.request(isHangUp ? .terminalGone : .requested(by: "the dashboard"))
        }
    }

    private func statusDump(of tasks: TaskService, _ output: ServerOutput) -> StatusDump {
        StatusDump(
            tasks: tasks, interval: .seconds(options.statusInterval), threads: threads, logger: output.logger)
    }

    private func group(_ server: APIServer, _ dump: StatusDump, _ output: ServerOutput) -> ServiceGroup {
        // The parts themselves log what matters of a shutdown.
        var logger = output.logger
        logger.logLevel = .critical
        // With names: a service without one is described, member by member, for milliseconds.
        return ServiceGroup(
            configuration: ServiceGroupConfiguration(
                services: [
                    .init(service: dump, serviceName: "StatusDump"), .init(service: server, serviceName: "APIServer"),
                ], logger: logger))
    }

    /// Clients may use half of the descriptors, an eighth of these on the socket: the others are for the workers.
    private static func connectionLimits() -> ConnectionLimits {
        var limits = ConnectionLimits()
        guard let descriptors = DescriptorLimit.value else { return limits }
        limits.localCount = min(limits.localCount, descriptors / 16)
        limits.count = min(limits.count, descriptors / 2 - limits.localCount)
        return limits
    }

    // MARK: - The end

    private func result(of run: ServiceRun) async -> Result<Void, StartError> {
        do {
            try await run.run()
            return .success(())
        } catch {
            return .failure(.serving(on: options.host, options.port, error))
        }
    }

    /// Closes the log.
    ///
    /// - Throws: What `result` contains, or else that something could not be stored.
    private func end(
        _ result: Result<Void, StartError>, hasStarted: Bool, _ report: ShutdownReport, _ output: ServerOutput
    ) async throws(StartError) {
        var result = result
        if hasStarted, let loss = report.loss {
            output.logger.critical("\(loss)")
            if case .success = result { result = .failure(.environment(loss, isLogged: !output.showsDashboard)) }
        }
        await output.close(within: min(.seconds(1), shutdown.timeLeft))
        try result.get()
    }
}
