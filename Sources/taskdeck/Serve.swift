import Glibc
import Logging
import NIOCore
import ServiceLifecycle
import SystemPackage
import TaskAPI
import TaskModel
import TaskSupervisor
import UnixSignals

extension Options {
    /// Wires all parts together and runs them until a signal ends them.
    ///
    /// - Throws: ``StartError``.
    func serve() async throws {
        let token = try readToken()
        let policy = try accessPolicy(token: token)
        let sink = try openLog()
        let logger = sink.logger(label: "taskdeck", level: logLevel)

        let service = TaskService(
            configuration: .init(grace: .seconds(grace), token: token),
            launcher: SubprocessLauncher(executable: try workerExecutable()), client: WorkerClient(token: token),
            logger: logger)
        let server = APIServer(
            configuration: .init(host: host, port: port, policy: policy), control: service, logger: logger,
            onListening: { host, port in announce(host: host, port: port, logger: logger) },
            endTasks: {
                await service.shutDown(byForce: false)
                await service.waitUntilDrained()
            })
        let dump = StatusDump(control: service, interval: .seconds(statusInterval), logger: logger)

        // What a shutdown has to say is said by the parts themselves.
        var quiet = logger
        quiet.logLevel = .critical
        let group = ServiceGroup(
            configuration: ServiceGroupConfiguration(
                services: [.init(service: service), .init(service: dump), .init(service: server)], logger: quiet))
        do {
            try await Self.run(group, ending: service, logger: logger)
        } catch let error as IOError where error.errnoCode == EADDRINUSE {
            throw StartError.environment(
                "\(host):\(port) is already in use, perhaps by another taskdeck; choose another --port, or 0 for any")
        } catch {
            throw StartError.environment("cannot serve on \(host):\(port): \(error)")
        }
    }

    /// Runs until the first SIGTERM or SIGINT has been obeyed.
    ///
    /// The second one ends all tasks at once.
    private static func run(_ services: ServiceGroup, ending service: TaskService, logger: Logger) async throws {
        let signals = await UnixSignalsSequence(trapping: .sigterm, .sigint)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await services.run() }
            group.addTask {
                var isFirst = true
                for await signal in signals {
                    logger.notice("\(signal): shutting down\(isFirst ? "" : " at once")")
                    if isFirst {
                        await services.triggerGracefulShutdown()
                    } else {
                        await service.shutDown(byForce: true)
                    }
                    isFirst = false
                }
            }
            // The signals end only when this task is cancelled, so the services are first.
            defer { group.cancelAll() }
            try await group.next()
        }
    }

    /// The one line on standard output: scripts that ask for port 0 read it.
    private func announce(host: String, port: Int, logger: Logger) {
        let address = "http://" + (host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)")
        logger.debug("listening on \(address)")
        // Whoever has closed standard output does not want to know.
        _ = try? FileDescriptor.standardOutput.writeAll(
            "taskdeck \(taskdeckVersion) listening on \(address)\n".utf8)
    }
}
