import Dashboard
import Logging
import ServiceLifecycle
import ServiceLog
import TaskSupervisor

/// Runs the parts of the service side by side, and ends them in one order whichever of them ends or fails first.
///
/// The order: new connections are refused; all tasks end, and their ends are stored; requests in flight are answered; the
/// dashboard, which shows how the tasks end, is closed. ``ShutdownControl`` bounds how long that takes.
struct ServiceRun {
    private enum Part: String {
        case tasks = "the supervision of tasks"
        case api = "the API"
        case dashboard = "the dashboard"
        case outputs, events
    }

    let shutdown: ShutdownControl
    let start: StartGate
    let tasks: TaskService
    /// The API's server and the status dump.
    let api: ServiceGroup
    let dashboard: DashboardService?
    /// The output of programs, for readers that follow it.
    let outputs: OutputFiles?
    let log: LogHub
    let reload: ConfigurationReload
    let logger: Logger

    /// Runs all parts, and returns when all have ended.
    ///
    /// - Throws: The error of the first part that failed.
    func run() async throws {
        let failure = await withTaskGroup(of: (Part, (any Error)?).self) { group in
            group.addTask {
                (.tasks, await Self.failure { if await start.wait() { try await tasks.run() } })
            }
            group.addTask { (.api, await Self.failure { try await api.run() }) }
            if let dashboard {
                group.addTask {
                    (.dashboard, await Self.failure { try await dashboard.run(onOpen: { start.succeed(.dashboard) }) })
                }
            }
            if let outputs {
                group.addTask {
                    await outputs.run()
                    return (.outputs, nil)
                }
            }
            group.addTask {
                for await event in shutdown.events { await handle(event) }
                return (.events, nil)
            }
            var remaining: Set<Part> = dashboard == nil ? [.tasks, .api] : [.tasks, .api, .dashboard]
            var failure: (any Error)?
            while !remaining.isEmpty, let (part, error) = await group.next() {
                remaining.remove(part)
                failure = failure ?? error
                // A dashboard ends by itself only when its terminal has gone. Changes nothing during the end.
                shutdown.request(part == .dashboard && error == nil ? .terminalGone : .partEnded(part.rawValue))
                if remaining == [.dashboard] { dashboard?.close() }
            }
            group.cancelAll()
            return failure
        }
        if let failure { throw failure }
    }

    private func handle(_ event: ShutdownControl.Event) async {
        switch event {
        case .begin(let reason):
            // A failed start is reported by its own error.
            if start.isOpen { logger.notice("\(reason): shutting down") }
            start.fail()
            dashboard?.post(.shutdownBegun)
            await api.triggerGracefulShutdown()
            await tasks.shutDown(byForce: false)
        case .force(let reason):
            logger.notice("\(reason): shutting down at once")
            await tasks.shutDown(byForce: true)
        case .reopenLog:
            log.reopenFile()
            // Logs what is wrong.
            _ = try? reload.reload()
        }
    }

    private static func failure(of body: () async throws -> Void) async -> (any Error)? {
        do {
            try await body()
            return nil
        } catch {
            return error
        }
    }
}
