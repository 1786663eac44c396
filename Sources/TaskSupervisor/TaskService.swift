import DequeModule
package import Logging
package import NIOCore
import OrderedCollections
import ServiceLifecycle
import TaskBoard
import TaskControl
package import TaskModel
package import TaskStore
import WorkerProtocol

/// The only owner of the tasks: asks ``TaskBoard`` what to do, and does it.
///
/// The cycle: an event comes in (a client's request, a line from a worker, an answer to a call, a
/// deadline), the board decides, and the actions are performed before the next event is looked at.
/// What takes time (a worker's life, a call) runs as a child task of ``run()``, and comes back as
/// events.
///
/// Ends after ``shutDown(byForce:)`` or graceful shutdown once no worker is left and all ends are stored, as far as
/// they can be; cancelled, it ends all tasks by force first.
package actor TaskService: Service {
    /// What takes time, and so runs beside the actor.
    private enum Job: Sendable {
        case work(Assignment)
        case storedEnd(TaskID)
        case reported(TaskStore.Report)
        case call(TaskID, CallID, WorkerCommand, WorkerAddress)
        case probe(TaskID, WorkerAddress)
        case shutDown(byForce: Bool)
    }

    let client: WorkerClient
    let launcher: any WorkerLauncher
    let store: TaskStore
    let clock: ServiceClock
    private let eventLoop: any EventLoop
    private let logger: Logger

    let board: SharedBoard
    var ids: TaskIDGenerator
    private(set) var workers: [TaskID: any WorkerHandle] = [:]
    let memory = ProcessMemory()
    private(set) var logs: [TaskID: LogTail] = [:]
    var feed = ChangeFeed()

    /// How many tasks may wait; `nil` means any number.
    let maxQueued: Int?
    /// Tasks that are being stored.
    var submissions = PendingSubmissions()

    private var requests: UInt64 = 0
    private var unanswered: [RequestID: CheckedContinuation<Result<TaskRecord, TaskError>, Never>] = [:]

    private let jobQueue = JobQueue<Job>()
    private let ticks: AsyncStream<Void>
    private let tickQueue: AsyncStream<Void>.Continuation
    private(set) var isDrained = false
    private var drainWaiters: [CheckedContinuation<Void, Never>] = []
    private var timer: (deadline: Duration, scheduled: Scheduled<Void>)?

    /// Whether no new tasks were to be started when the service was started.
    private let startsHeld: Bool
    /// Until then the board keeps all tasks waiting, which is no hold that an operator could release.
    private var hasBegun = false
    /// Tasks that had a worker when the service before this one ended.
    private let interrupted: [TaskID]
    /// Tasks that have failed because their record cannot be read.
    private let unreadable: [TaskRecord]

    /// Makes a service with the tasks that are stored; it starts workers once it runs.
    ///
    /// - Parameter eventLoop: the one whose timers it uses.
    package init(
        configuration: Configuration, workers: WorkerSource, client: WorkerClient, store: TaskStore,
        stored: StoredTasks, eventLoop: any EventLoop, logger: Logger
    ) {
        self.init(
            configuration: configuration, launching: workers.launcher, client: client, store: store, stored: stored,
            eventLoop: eventLoop, logger: logger)
    }

    init(
        configuration: Configuration, timing: TaskBoard.Timing = TaskBoard.Timing(),
        launching launcher: any WorkerLauncher, client: WorkerClient, store: TaskStore, stored: StoredTasks,
        eventLoop: any EventLoop, logger: Logger
    ) {
        var timing = timing
        timing.grace = configuration.grace
        var policy = TaskBoard.Policy()
        policy.maxRunning = configuration.maxRunning
        policy.window = configuration.window
        policy.keepsQueue = store.isDurable
        policy.requeuesInterrupted = configuration.interrupted == .requeue
        clock = ServiceClock()
        startsHeld = stored.isHeld
        (interrupted, unreadable) = (stored.interrupted, stored.unreadable)
        maxQueued = configuration.maxQueued
        ids = TaskIDGenerator(after: stored.lastID)
        self.launcher = launcher
        self.client = client
        self.store = store
        self.eventLoop = eventLoop
        self.logger = logger
        (ticks, tickQueue) = AsyncStream.makeCoalescedSignals()
        var board = TaskBoard(timing: timing, policy: policy, token: configuration.token?.secret)
        // Held until the service runs: nothing performs the board's actions yet.
        _ = board.receive(.held(true), at: clock.now)
        _ = board.receive(.restored(stored.records, stored.tally), at: clock.now)
        self.board = SharedBoard(board)
        let queue = jobQueue
        store.onReport { queue.yield(.reported($0)) }
    }

    // MARK: - Life

    /// Owns every worker's task until a shutdown has ended all of them; cancellation is a shutdown by force.
    package func run() async throws {
        // A start that fails changes nothing of them.
        for id in interrupted { logger.warning("\(id) was interrupted: the service had ended without a word") }
        for record in unreadable { logger.error("\(record.id) \(record.type): \(record.error ?? "")") }
        let jobQueue = jobQueue
        await withTaskCancellationHandler {
            await withTaskGroup(of: Void.self) { group in
                group.addTask { [store] in await store.run() }
                await withGracefulShutdownHandler {
                    await runJobs()
                } onGracefulShutdown: {
                    jobQueue.yield(.shutDown(byForce: false))
                }
                // What need not be waited for is written now.
                store.finish()
            }
        } onCancel: {
            jobQueue.yield(.shutDown(byForce: true))
        }
        timer?.scheduled.cancel()
        feed.finish()
    }

    /// How the queue is for clients.
    var queueStatus: QueueStatus {
        var status = board.queue
        if !hasBegun { status.isHeld = startsHeld }
        return status
    }

    private func runJobs() async {
        await withDiscardingTaskGroup { group in
            group.addTask {
                for await _ in self.ticks { await self.receive(.ticked) }
            }
            group.addTask { [launcher] in await launcher.serve() }
            hasBegun = true
            receive(.held(startsHeld))
            feed.signalAll()
            while let job = await jobQueue.next() {
                group.addTask { await self.perform(job) }
            }
            group.cancelAll()
        }
    }

    /// Ends every task, by asking or by force, and takes no new ones.
    ///
    /// Returns at once.
    package func shutDown(byForce: Bool) {
        if !board.isShuttingDown, !store.isDurable, board.queue.queued > 0 {
            logger.notice("tasks that wait are not started any more, and are forgotten: \(board.queue.queued)")
        }
        receive(.shutdownRequested(byForce: byForce))
    }

    /// Returns when, after a shutdown, no task is alive any more.
    package func waitUntilDrained() async {
        if isDrained { return }
        await withCheckedContinuation { drainWaiters.append($0) }
    }

    /// The tasks that have, or may have, a worker, or whose end is not stored yet; with the worker's pid.
    package nonisolated var unfinished: [(id: TaskID, state: TaskState, pid: Int32?)] {
        board.read { board in
            board.busy.map { ($0.id, $0.state, $0.pid) }
        }
    }

    private func perform(_ job: Job) async {
        switch job {
        case .work(let assignment): await work(at: assignment)
        case .call(let id, let call, let command, let address):
            receive(.called(id, call, await client.perform(command, at: address)))
        case .probe(let id, let address):
            let isAnswering = await client.status(at: address).isAnswering ?? false
            receive(.probed(id, address, isAnswering: isAnswering))
        case .storedEnd(let id): receive(.stored(id))
        case .reported(.pruned(let tasks)): receive(.pruned(tasks))
        case .reported(.failed(let error)):
            feed.signalAll()
            logger.error(
                "tasks cannot be stored: \(error); tasks that end now are kept in memory, and stored once that is possible"
            )
        case .reported(.recovered):
            feed.signalAll()
            logger.notice("tasks are stored again")
        case .shutDown(let byForce): shutDown(byForce: byForce)
        }
    }

    private func work(at assignment: Assignment) async {
        let id = assignment.taskID
        do throws(LaunchError) {
            let assignment = try await complete(assignment)
            let end = try await launcher.run(assignment) { event in await self.receive(event, from: id) }
            receive(.ended(id, end, lastLogLine: logs[id]?.lines.last, logSize: logs[id]?.size ?? 0))
            workers[id] = nil
        } catch {
            receive(
                error.concernsTaskAlone
                    ? .unlaunchable(id, reason: error.reason) : .launchFailed(id, reason: error.reason))
        }
    }

    /// Adds the data where it is only stored.
    private func complete(_ assignment: Assignment) async throws(LaunchError) -> Assignment {
        guard assignment.taskData == nil else { return assignment }
        var assignment = assignment
        do throws(StoreError) {
            assignment.taskData = try await store.data(of: [assignment.taskID])[assignment.taskID]
        } catch {
            throw LaunchError(reason: "its data cannot be read: \(error)")
        }
        guard assignment.taskData != nil else {
            throw LaunchError(reason: "its data is not stored any more", concernsTaskAlone: true)
        }
        return assignment
    }

    // MARK: - Events and actions

    private func receive(_ event: WorkerEvent, from id: TaskID) {
        switch event {
        case .started(let worker):
            workers[id] = worker
            receive(.started(id, pid: worker.pid))
        case .update(let update):
            receive(.updated(id, update))
        case .stopped: receive(.stopped(id))
        case .continued: receive(.continued(id))
        case .violation(let reason):
            receive(.violated(id, reason: reason))
        case .log(let line):
            logs[id, default: LogTail()].append(line)
            if board.read({ $0.entries[id]?.hasMissedCall == true }) { receive(.showedLife(id)) }
            logger.debug("\(id) says: \(line)")
        }
    }

    func receive(_ event: BoardEvent) {
        for action in board.receive(event, at: clock.now) { perform(action) }
        let (touched, forgotten) = board.takeTouched()
        feed.note(touched)
        for id in forgotten { logs[id] = nil }
        armTimer(hasTicked: event.isTick)
    }

    private func perform(_ action: BoardAction) {
        switch action {
        case .launch(let assignment):
            // If the start cannot be persisted, the task runs all the same: it has been accepted.
            store.activate(assignment.taskID, at: clock.now.wall) { [jobQueue] _ in jobQueue.yield(.work(assignment)) }
        case .storeEnd(let record):
            store.save(record) { [jobQueue] _ in jobQueue.yield(.storedEnd(record.id)) }
        case .store(let record): store.save(record) { _ in }
        case .call(let id, let call, let command, let address):
            jobQueue.yield(.call(id, call, command, address))
        case .probe(let id, let address): jobQueue.yield(.probe(id, address))
        case .signal(let id, let signal):
            workers[id]?.send(signal)
        case .answer(let request, let result):
            unanswered.removeValue(forKey: request)?.resume(returning: result)
        case .changed(let record): logger.log(level: record.logLevel, "\(record.logSentence)")
        case .lingering(let record, let duration): logger.info("\(record.lingeringSentence(for: duration))")
        case .forced(let record, let duration): logger.warning("\(record.forcedSentence(after: duration))")
        case .stoppedAnswering(let record): logger.warning("\(record.notAnsweringSentence)")
        case .answersAgain(let record, let silence):
            logger.notice("\(record.answeringSentence(after: silence))")
        case .putBack(let record):
            logger.debug("\(record.id) \(record.type) queued again: it has got no worker")
        case .launchingChanged(let failure?):
            feed.signalAll()
            logger.error("no worker can be started: \(failure); tasks stay queued until one can")
        case .launchingChanged(nil):
            feed.signalAll()
            logger.notice("workers can be started again")
        case .defect(let id, let defect):
            logger.critical("defect: \(id), which is \(defect.state), cannot \(defect.transition)")
        case .drained:
            isDrained = true
            for waiter in drainWaiters { waiter.resume() }
            drainWaiters = []
            jobQueue.finish()
        }
    }

    func request(_ action: TaskAction, on id: TaskID) async -> Result<TaskRecord, TaskError> {
        // Nobody is left to carry it out.
        guard !isDrained else { return .failure(.shuttingDown) }
        requests += 1
        let request = RequestID(number: requests)
        return await withCheckedContinuation { continuation in
            unanswered[request] = continuation
            receive(.requested(request, action, id))
        }
    }

    /// Sees to it that the board hears of its next deadline.
    private func armTimer(hasTicked: Bool) {
        if hasTicked {
            // What is due at the same time once more is due at once.
            timer?.scheduled.cancel()
            timer = nil
        }
        guard let deadline = board.read(\.nextDeadline) else {
            timer?.scheduled.cancel()
            timer = nil
            return
        }
        guard timer?.deadline != deadline else { return }
        timer?.scheduled.cancel()
        let rest = max(.zero, deadline - clock.now.uptime)
        let queue = tickQueue
        let scheduled = eventLoop.scheduleTask(in: TimeAmount(rest)) { () -> Void in
            queue.yield()
        }
        timer = (deadline, scheduled)
    }
}
