import Dashboard
import NIOConcurrencyHelpers
import TaskClient
import TaskModel

/// The dashboard of a service in another process.
struct AttachedDashboard {
    private let session: ClientSession
    private let service: AttachedService
    private let events: AsyncStream<AttachedService.Event>

    init(_ session: ClientSession) {
        self.session = session
        let (events, queue) = AsyncStream.makeStream(of: AttachedService.Event.self)
        self.events = events
        service = session.attachedService { queue.yield($0) }
    }

    /// Shows the dashboard until its user leaves it, the terminal has gone, or the service has ended on request.
    ///
    /// - Returns: The exit code.
    /// - Throws: `TaskError` where there is no service, ``StartError`` when the terminal cannot be opened.
    func run() async throws -> Int32 {
        let result: Result<Int32, any Error>
        do {
            result = .success(try await show())
        } catch {
            result = .failure(error)
        }
        await service.close()
        return try result.get()
    }

    private func show() async throws -> Int32 {
        // The first answers come before the screen is switched: errors belong into the shell.
        async let typesAnswer = service.taskTypes()
        _ = try await service.health()
        let types = try await typesAnswer
        let lines = KeptLines()
        let isEnding = NIOLockedValueBox(false)
        let (leaving, leave) = AsyncStream.makeStream(of: Int32.self)
        let dashboard = DashboardService(
            control: service, outputs: service, log: service, logger: lines.logger,
            attachment: .init(taskTypes: types, paths: session.address.isLocal ? .files : .none) {
                [service] () async throws(TaskError) in
                isEnding.withLockedValue { $0 = true }
                do throws(TaskError) {
                    try await service.shutDown()
                } catch {
                    isEnding.withLockedValue { $0 = false }
                    throw error
                }
            }
        ) { isHangUp in
            leave.yield(isHangUp ? ExitStatus.hangUp : ExitStatus.success)
        }
        let signals = session.watchSignals()
        dashboard.post(.listening("\(session.address)", needsToken: session.hasToken))
        let end = try await withThrowingTaskGroup(of: End.self) { group in
            group.addTask {
                try await dashboard.run(onOpen: {})
                return .left(ExitStatus.hangUp)
            }
            group.addTask { await relay(to: dashboard) { isEnding.withLockedValue(\.self) } }
            group.addTask {
                for await status in leaving { return .left(status) }
                return .left(ExitStatus.success)
            }
            group.addTask {
                for await number in signals { return .left(ExitStatus.signal(number)) }
                return try await Self.never()
            }
            defer { group.cancelAll() }
            let first = try await group.next() ?? .left(ExitStatus.success)
            dashboard.close()
            group.cancelAll()
            // The terminal is restored before the process ends.
            while let result = await group.nextResult() {
                if case .failure(let error as StartError) = result { throw error }
            }
            return first
        }
        lines.write()
        guard case .left(let status) = end else {
            try session.print("the service at \(session.address) has ended")
            return ExitStatus.success
        }
        return status
    }

    private enum End: Sendable {
        case left(Int32)
        case serviceEnded
    }

    /// Shows what the connection does, until the service has ended as requested.
    private func relay(to dashboard: DashboardService, _ isEnding: @Sendable () -> Bool) async -> End {
        var isLost = false
        for await event in events {
            switch event {
            case .reached(let health):
                dashboard.post(.serviceReached(health))
                // A service that was started again may have other types.
                if isLost, let types = try? await service.taskTypes() { dashboard.post(.typesChanged(types)) }
                isLost = false
            case .version(let version): dashboard.post(.serviceVersion(version))
            case .lost(let error):
                if isEnding() { return .serviceEnded }
                isLost = true
                dashboard.post(.serviceLost(Self.reason(of: error)))
            }
        }
        return .left(ExitStatus.success)
    }

    private static func reason(of error: TaskError) -> String {
        switch error {
        case .remote(.unreachable(let reason)), .remote(.connectionLost(let reason)): reason
        default: error.detail
        }
    }

    /// Waits until the task is canceled.
    private static func never() async throws -> End {
        for await _ in AsyncStream<Never>.makeStream().stream {}
        throw CancellationError()
    }
}
