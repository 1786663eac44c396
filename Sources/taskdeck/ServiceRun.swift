import Dashboard
import Logging
import ServiceLifecycle
import ServiceLog
import TaskSupervisor

/// Runs the parts of the service side by side, and ends them in one order whichever of them ends or fails first.
///
/// The end: no new connections; all tasks, and their ends stored; answers to the requests in flight; then the
/// dashboard, which so shows how the tasks end. ``EndRequests`` bounds how long that takes.
struct ServiceRun {
    private enum Part: String {
        case tasks = "the supervision of tasks"
        case api = "the API"
        case dashboard = "the dashboard"
        case requests
    }

    let requests: EndRequests
    let start: StartGate
    let tasks: TaskService
    /// Everything that asks for tasks without being a person.
    let api: ServiceGroup
    let dashboard: DashboardService?
    let log: LogHub
    let logger: Logger

    /// Returns when everything has ended.
    ///
    /// - Throws: What the first part to fail has thrown.
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
            group.addTask {
                for await event in requests.events { await handle(event) }
                return (.requests, nil)
            }
            var remaining: Set<Part> = dashboard == nil ? [.tasks, .api] : [.tasks, .api, .dashboard]
            var failure: (any Error)?
            while !remaining.isEmpty, let (part, error) = await group.next() {
                remaining.remove(part)
                failure = failure ?? error
                // A dashboard ends by itself only when its terminal has gone. Changes nothing during the end.
                requests.add(part == .dashboard && error == nil ? .hangUp : .partEnded(part.rawValue))
                if remaining == [.dashboard] { dashboard?.close() }
            }
            group.cancelAll()
            return failure
        }
        if let failure { throw failure }
    }

    private func handle(_ event: EndRequests.Event) async {
        switch event {
        case .begin(let request):
            // A start that fails says so itself.
            if start.isOpen { logger.notice("\(request): shutting down") }
            start.fail()
            dashboard?.post(.shutdownBegun)
            await api.triggerGracefulShutdown()
            await tasks.shutDown(byForce: false)
        case .hasten(let request):
            logger.notice("\(request): shutting down at once")
            await tasks.shutDown(byForce: true)
        case .reopenLog: log.reopenFile()
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
