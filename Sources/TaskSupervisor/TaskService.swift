import DequeModule
package import Logging
import NIOCore
import NIOPosix
import OrderedCollections
import ServiceLifecycle
package import TaskModel
import TaskTypes

/// The only owner of the tasks: asks ``TaskBoard`` what to do, and does it.
///
/// The cycle: an event comes in (a client's request, a line from a worker, an answer to a call, a
/// deadline), the board decides, and the actions are performed before the next event is looked at.
/// What takes time (a worker's life, a call) runs as a child task of ``run()``, and comes back as
/// events.
///
/// Ends when it is told to, by graceful shutdown or ``shutDown(byForce:)``, and no worker is left.
package actor TaskService: Service {
    /// What takes time, and so runs beside the actor.
    private enum Job: Sendable {
        case work(Assignment)
        case call(TaskID, CallID, TaskAction, WorkerAddress)
        case shutDown
    }

    let client: WorkerClient
    private let launcher: any WorkerLauncher
    private let logger: Logger
    private let clock: ServiceClock

    private(set) var board: TaskBoard
    private var ids = TaskIDGenerator()
    private var groups: [TaskID: ProcessGroup] = [:]
    private(set) var logs: [TaskID: LogTail] = [:]

    private var requests: UInt64 = 0
    private var unanswered: [RequestID: CheckedContinuation<Result<TaskRecord, TaskError>, Never>] = [:]

    private let jobs: AsyncStream<Job>
    private let jobQueue: AsyncStream<Job>.Continuation
    private let ticks: AsyncStream<Void>
    private let tickQueue: AsyncStream<Void>.Continuation
    private var isDrained = false
    private var drainWaiters: [CheckedContinuation<Void, Never>] = []
    private var feed = ChangeFeed()
    private var timer: (deadline: Duration, scheduled: Scheduled<Void>)?

    /// Makes a service without tasks; it starts workers once it runs.
    package init(configuration: Configuration, launcher: SubprocessLauncher, client: WorkerClient, logger: Logger) {
        self.init(configuration: configuration, launching: launcher, client: client, logger: logger)
    }

    init(configuration: Configuration, launching launcher: any WorkerLauncher, client: WorkerClient, logger: Logger) {
        var timing = TaskBoard.Timing()
        timing.grace = configuration.grace
        board = TaskBoard(timing: timing, token: configuration.token?.secret, keep: configuration.keep)
        clock = ServiceClock()
        self.launcher = launcher
        self.client = client
        self.logger = logger
        (jobs, jobQueue) = AsyncStream.makeStream()
        // Ticks carry nothing: one that waits stands for all.
        (ticks, tickQueue) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    /// What an operator can set.
    package struct Configuration: Sendable {
        /// How long a task may take to stop by itself.
        package var grace: Duration
        /// Handed on to the workers, who ask it of their clients.
        package var token: AccessToken?
        /// How many finished tasks are kept; `nil` means all.
        package var keep: Int?

        package init(grace: Duration, token: AccessToken?, keep: Int? = nil) {
            self.grace = grace
            self.token = token
            self.keep = keep
        }
    }

    // MARK: - Life

    /// Owns every worker's task until it is shut down gracefully, or cancelled, and none is left.
    package func run() async throws {
        await withGracefulShutdownHandler {
            await withDiscardingTaskGroup { group in
                group.addTask {
                    for await _ in self.ticks { await self.receive(.ticked) }
                }
                for await job in jobs {
                    group.addTask { await self.perform(job) }
                }
                // Either all is drained already, or this task was cancelled and the workers have to
                // go without being asked.
                receive(.shutdownRequested(byForce: true))
                group.cancelAll()
            }
        } onGracefulShutdown: {
            self.jobQueue.yield(.shutDown)
        }
        timer?.scheduled.cancel()
        feed.finish()
        // The tasks may have been ended ahead of this service's turn, but it is not to leave before:
        // a service group takes that for a failure. Throws only when cancelled, which ends this too.
        try? await gracefulShutdown()
    }

    /// Ends every task, by asking or by force, and takes no new ones.
    ///
    /// Returns at once.
    package func shutDown(byForce: Bool) {
        receive(.shutdownRequested(byForce: byForce))
    }

    /// Returns when, after a shutdown, no task is alive any more.
    package func waitUntilDrained() async {
        if isDrained { return }
        await withCheckedContinuation { drainWaiters.append($0) }
    }

    private func perform(_ job: Job) async {
        switch job {
        case .work(let assignment):
            let id = assignment.taskID
            do throws(LaunchError) {
                let end = try await launcher.run(assignment) { event in await self.receive(event, from: id) }
                receive(.ended(id, end, lastLogLine: logs[id]?.lines.last))
            } catch {
                receive(.launchFailed(id, reason: error.reason))
            }
            groups[id] = nil
        case .call(let id, let call, let action, let address):
            receive(.called(id, call, await client.perform(action, at: address)))
        case .shutDown:
            shutDown(byForce: false)
        }
    }

    // MARK: - Events and actions

    private func receive(_ event: WorkerEvent, from id: TaskID) {
        switch event {
        case .started(let group):
            groups[id] = group
            receive(.started(id, pid: group.id))
        case .update(let update):
            receive(.updated(id, update))
        case .violation(let reason):
            receive(.violated(id, reason: reason))
        case .log(let line):
            logs[id, default: LogTail()].append(line)
            logger.debug("\(id) says: \(line)")
        }
    }

    private func receive(_ event: BoardEvent) {
        do {
            for action in try board.receive(event, at: clock.now) { perform(action) }
        } catch {
            logger.critical("defect: a task that is \(error.state) cannot \(error.transition)")
        }
        feed.note(board.touched)
        for id in board.touched where board.entries[id] == nil { logs[id] = nil }
        board.touched.removeAll(keepingCapacity: true)
        armTimer()
    }

    private func perform(_ action: BoardAction) {
        switch action {
        case .launch(let assignment):
            jobQueue.yield(.work(assignment))
        case .call(let id, let call, let action, let address):
            jobQueue.yield(.call(id, call, action, address))
        case .signal(let id, let signal):
            groups[id]?.send(signal)
        case .answer(let request, let result):
            unanswered.removeValue(forKey: request)?.resume(returning: result)
        case .changed(let record):
            logger.log(level: record.state == .failed ? .warning : .info, "\(Self.sentence(on: record))")
        case .drained:
            isDrained = true
            for waiter in drainWaiters { waiter.resume() }
            drainWaiters = []
            jobQueue.finish()
        }
    }

    private static func sentence(on record: TaskRecord) -> String {
        var sentence = "\(record.id) \(record.type) \(record.state.rawValue)"
        switch record.state {
        case .running, .paused: sentence += " pid \(record.pid ?? 0) port \(record.workerPort ?? 0)"
        case .failed: sentence += ": \(record.error ?? "")"
        case .queued, .starting, .stopping, .completed, .terminated, .killed: break
        }
        if let termination = record.termination {
            sentence += " by \(termination.stage.rawValue) in \(termination.milliseconds) ms"
        }
        return sentence
    }

    /// Sees to it that the board hears of its next deadline.
    private func armTimer() {
        guard let deadline = board.nextDeadline else {
            timer?.scheduled.cancel()
            timer = nil
            return
        }
        guard timer?.deadline != deadline else { return }
        timer?.scheduled.cancel()
        let rest = max(.zero, deadline - clock.now.uptime)
        let queue = tickQueue
        let scheduled = MultiThreadedEventLoopGroup.singleton.any().scheduleTask(in: TimeAmount(rest)) { () -> Void in
            queue.yield()
        }
        timer = (deadline, scheduled)
    }
}

// MARK: - TaskControl

extension TaskService: TaskControl {
    package func submit(_ draft: TaskDraft) throws(TaskError) -> TaskRecord {
        guard !board.isShuttingDown else { throw .shuttingDown }
        let task = try TaskTypeRegistry.check(draft)
        if let reason = launcher.shortage() { throw .resourcesExhausted(reason: reason) }
        let id = ids.next(at: clock.now.wall)
        receive(.submitted(id, type: task.type, data: task.data, units: task.work.units))
        guard let record = board.record(id, at: clock.now) else { throw .notFound(id.description) }
        return record
    }

    package func perform(_ action: TaskAction, on id: TaskID) async throws(TaskError) -> TaskRecord {
        requests += 1
        let request = RequestID(number: requests)
        let result = await withCheckedContinuation { continuation in
            unanswered[request] = continuation
            receive(.requested(request, action, id))
        }
        return try result.get()
    }

    package func task(_ id: TaskID) -> TaskRecord? {
        board.record(id, at: clock.now)
    }

    package func detail(_ id: TaskID) async -> TaskDetail? {
        guard let entry = board.entries[id] else { return nil }
        let worker: TaskDetail.Worker
        if entry.phase.state.isFinal {
            worker = .unavailable("the task is \(entry.phase.state.rawValue)")
        } else if let address = entry.address {
            worker = await client.status(at: address)
        } else {
            worker = .unavailable("the worker has not opened its port yet")
        }
        // Asking took time, so the record is taken only now.
        return board.record(id, at: clock.now).map { record in
            TaskDetail(record: record, worker: worker, log: Array(logs[id]?.lines ?? []))
        }
    }

    package func tasks(_ query: TaskQuery) -> TaskPage {
        board.page(query, at: clock.now)
    }

    package func health() -> ServiceHealth {
        ServiceHealth(
            uptimeMilliseconds: clock.now.uptime.wholeMilliseconds, counts: board.counts,
            isShuttingDown: board.isShuttingDown)
    }

    package func updates() -> any AsyncSequence<TaskChanges, Never> & Sendable {
        let (reader, signals) = feed.addReader(knowing: board.entries.keys)
        if isDrained { feed.finish() }
        return signals.map { await self.takeChanges(for: reader) }
    }

    private func takeChanges(for reader: ChangeFeed.Reader) -> TaskChanges {
        let now = clock.now
        var changes = TaskChanges()
        for id in feed.take(for: reader) {
            if let record = board.record(id, at: now) {
                changes.changed.append(record)
            } else {
                changes.removed.append(id)
            }
        }
        return changes
    }

    package nonisolated func usage() async -> [TaskID: WorkerUsage] {
        // Reading takes a moment for every worker, which the actor has better use for.
        await processes().compactMapValues(ProcessUsage.read)
    }

    private func processes() -> [TaskID: Int32] {
        groups.mapValues(\.id)
    }

    package nonisolated func taskTypes() -> [TaskTypeDescription] {
        TaskTypeRegistry.descriptions
    }
}
