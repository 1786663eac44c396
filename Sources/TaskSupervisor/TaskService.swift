import DequeModule
package import Logging
import NIOConcurrencyHelpers
package import NIOCore
package import NIOPosix
import OrderedCollections
import ServiceLifecycle
import TaskBoard
package import TaskControl
package import TaskModel
package import TaskStore
import TaskTypes
import WorkerProtocol

/// The owner of the tasks: sends every event to ``TaskBoard`` and performs the actions that follow.
///
/// An event is a client's request, a worker's line, the result of a call or a deadline. Its actions are performed before
/// the next event. What takes time, such as a worker's life or a call, is a ``Job``: a child task of ``run()``, whose
/// results are events.
///
/// Ends after ``shutDown(byForce:)`` or graceful shutdown once no worker is left and all ends are stored, as far as
/// possible; when cancelled, kills all workers first.
package actor TaskService: Service {
    /// What takes time, and so runs beside the actor.
    enum Job: Sendable {
        case work(Launch)
        case stored(TaskID)
        case reported(TaskStore.Report)
        case call(TaskID, CallID, WorkerCommand, WorkerAddress)
        case probe(TaskID, WorkerAddress)
        case shutDown(byForce: Bool)
    }

    let client: WorkerClient
    /// Sent to every worker, see ``Assignment/token``.
    let token: AccessToken?
    let launcher: any WorkerLauncher
    let store: TaskStore
    let clock: ServiceClock
    let eventLoop: any EventLoop
    let threads: NIOThreadPool
    let logger: Logger

    let board: SharedBoard
    var ids: TaskIDGenerator
    var workers: [TaskID: any WorkerHandle] = [:]
    let memory = ProcessMemory()
    var logs: [TaskID: LogTail] = [:]
    var feed = ChangeFeed()
    /// Signaled whenever a task has changed or logged.
    let followers = TaskFollowers()
    /// The order of the changes of tasks since the start.
    package nonisolated let journal = ChangeJournal()

    /// All kinds of task; a reload of the configuration replaces the declared ones.
    let types: NIOLockedValueBox<TaskTypeRegistry>
    let programs: (any ProgramCheck)?
    let programLogs: ProgramLogs?

    /// The most tasks in the queue; `nil` means any number.
    let maxQueued: Int?
    /// The tasks that are being stored without a slot, which count for ``maxQueued``.
    var pendingQueued = 0

    var requests: UInt64 = 0
    var unanswered: [RequestID: CheckedContinuation<Result<TaskRecord, TaskError>, Never>] = [:]

    let jobQueue = JobQueue<Job>()
    private let ticks: AsyncStream<Void>
    let tickQueue: AsyncStream<Void>.Continuation
    var isDrained = false
    var drainWaiters: [CheckedContinuation<Void, Never>] = []
    var timer: (deadline: Duration, scheduled: Scheduled<Void>)?

    /// Whether the stored queue is paused.
    private let startsPaused: Bool
    /// Whether the service runs: until then the board's queue is paused, which clients do not see.
    private var hasBegun = false
    /// The tasks that have failed because their record cannot be read.
    private let unreadable: [TaskRecord]
    /// The tasks that may have had a worker when the service before this one ended.
    private let interrupted: [TaskID]

    /// A service with the stored tasks, which starts workers once it runs.
    ///
    /// - Parameters:
    ///   - eventLoop: its timers are used.
    ///   - threads: where the usage of workers is read, and logs are prepared, found and removed.
    package init(
        configuration: Configuration, workers: WorkerSource, client: WorkerClient, store: TaskStore,
        stored: StoredTasks, eventLoop: any EventLoop, threads: NIOThreadPool, logger: Logger
    ) {
        self.init(
            configuration: configuration, launching: workers.launcher, client: client, store: store, stored: stored,
            eventLoop: eventLoop, threads: threads, logger: logger)
    }

    init(
        configuration: Configuration, timing: TaskBoard.Timing = TaskBoard.Timing(),
        launching launcher: any WorkerLauncher, client: WorkerClient, store: TaskStore, stored: StoredTasks,
        eventLoop: any EventLoop, threads: NIOThreadPool, logger: Logger
    ) {
        var timing = timing
        timing.grace = configuration.grace
        var policy = TaskBoard.Policy()
        policy.maxRunning = configuration.maxRunning
        policy.window = configuration.window
        policy.keepsQueue = store.isDurable
        policy.requeuesInterrupted = configuration.interrupted == .requeue
        clock = ServiceClock()
        startsPaused = stored.isQueuePaused
        unreadable = stored.unreadable
        maxQueued = configuration.maxQueued
        types = NIOLockedValueBox(configuration.types)
        programs = configuration.programs
        programLogs = configuration.programLogs
        ids = TaskIDGenerator(after: stored.lastID)
        interrupted = stored.interrupted.map(\.id) + stored.unreadable.map(\.id)
        self.launcher = ProgramEndingLauncher(launcher, ledger: store.programs, eventLoop: eventLoop)
        self.client = client
        self.store = store
        self.eventLoop = eventLoop
        self.threads = threads
        self.logger = logger
        (ticks, tickQueue) = AsyncStream.makeCoalescedSignals()
        token = configuration.token
        var board = TaskBoard(timing: timing, policy: policy)
        // Paused until the service runs: no launch can be performed yet.
        _ = board.receive(.queuePaused(true), at: clock.now)
        let restored = BoardEvent.restored(stored.records, interrupted: stored.interrupted, stored.tally)
        let queue = jobQueue
        // Nothing is written before the service runs: a start that fails must change nothing.
        for case .store(let record) in board.receive(restored, at: clock.now) {
            store.save(record) { _ in queue.yield(.stored(record.id)) }
        }
        self.board = SharedBoard(board)
        // Nothing has been read before they were restored.
        _ = self.board.dequeueChanges()
        store.onReport { queue.yield(.reported($0)) }
    }

    // MARK: - Life

    /// Runs every worker until a shutdown has ended all of them; cancellation is a shutdown by force.
    package func run() async throws {
        // Logged here: a start that fails leaves them as they are.
        for record in unreadable { logger.error("\(record.id) \(record.type): \(record.error ?? "")") }
        await endSurvivors(of: interrupted)
        let jobQueue = jobQueue
        await withTaskCancellationHandler {
            await withTaskGroup(of: Void.self) { group in
                group.addTask { [store, clock] in await store.run { clock.now.wall } }
                await withGracefulShutdownHandler {
                    await runJobs()
                } onGracefulShutdown: {
                    jobQueue.yield(.shutDown(byForce: false))
                }
                // Nothing is enqueued from now on.
                store.finish()
            }
        } onCancel: {
            jobQueue.yield(.shutDown(byForce: true))
        }
        timer?.scheduled.cancel()
        feed.finish()
        followers.finish()
        journal.finish()
    }

    /// The queue as clients see it.
    var queueStatus: QueueStatus {
        var status = board.queue
        if !hasBegun { status.isPaused = startsPaused }
        return status
    }

    private func runJobs() async {
        await withDiscardingTaskGroup { group in
            group.addTask {
                for await _ in self.ticks { await self.receive(.ticked) }
            }
            group.addTask { [launcher] in await launcher.serve() }
            group.addTask { await self.removeOldLogs() }
            hasBegun = true
            receive(.queuePaused(startsPaused))
            signalReaders()
            while let job = await jobQueue.next() {
                group.addTask { await self.perform(job) }
            }
            group.cancelAll()
        }
    }

    /// Begins the end of every task, gracefully or by force, and refuses new ones.
    package func shutDown(byForce: Bool) {
        if !board.isShuttingDown, !store.isDurable, board.queue.queued > 0 {
            logger.notice("queued tasks are not started any more, and are dropped: \(board.queue.queued)")
        }
        receive(.shutdownRequested(byForce: byForce))
        signalReaders()
    }

    /// Returns when, after a shutdown, no task has a worker any more.
    package func waitUntilDrained() async {
        if isDrained { return }
        await withCheckedContinuation { drainWaiters.append($0) }
    }

    /// The tasks that may have a worker or whose end is not stored yet, with the worker's pid.
    package nonisolated var unfinished: [(id: TaskID, state: TaskState, pid: Int32?)] {
        board.read { board in
            board.busy.map { ($0.id, $0.state, $0.pid) }
        }
    }

    // MARK: - Events

    /// Sends an event to the board and performs the actions.
    func receive(_ event: BoardEvent) {
        for action in board.receive(event, at: clock.now) { perform(action) }
        let changes = board.dequeueChanges()
        feed.markChanged(changes.all)
        journal.record(changes.revisions)
        followers.signal(changes.all)
        for id in changes.forgotten { logs[id] = nil }
        armTimer(hasTicked: event.isTick)
    }

    /// Signals the readers of changes that something besides the tasks has changed.
    func signalReaders() {
        feed.signalAll()
        journal.signalAll()
    }

    /// Schedules a tick for the board's next deadline.
    private func armTimer(hasTicked: Bool) {
        if hasTicked {
            // An equal deadline is due again.
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
