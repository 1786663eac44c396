import Glibc
import NIOConcurrencyHelpers
import NIOCore
import TaskModel
import TaskTypes
import WorkerProtocol

/// The state that the working thread and the HTTP server share.
///
/// The server asks through the gate, and is told through promises what has come about.
final class WorkerCore: Sendable {
    private struct State {
        /// One of `running`, `paused`, `stopping`.
        var phase = TaskState.running
        /// What the gate was last told.
        var wantsPause = false
        /// The signal that the work is to stop for; `nil` while it is not, or if it was asked otherwise.
        var stopSignal: StopSignal?
        var progress: TaskProgress
        var counters = WorkerStatus.Counters()
        /// Who waits for the working thread to come to stand, or to go on.
        var waiting: [EventLoopPromise<TaskState>] = []
    }

    let assignment: Assignment
    let gate = Gate()
    private let writer: UpdateWriter
    private let start = ContinuousClock().now
    private let state: NIOLockedValueBox<State>

    init(_ assignment: Assignment, units: Int, writer: UpdateWriter) {
        self.assignment = assignment
        self.writer = writer
        state = NIOLockedValueBox(State(progress: TaskProgress(done: 0, total: units)))
    }

    // MARK: - The server's side

    /// What `GET /status` answers on `port`.
    func status(port: Int) -> WorkerStatus {
        let usage = ResourceUsage.now()
        return state.withLockedValue { state in
            WorkerStatus(
                taskID: assignment.taskID, taskType: assignment.taskType, state: state.phase, progress: state.progress,
                pid: getpid(), port: port, cpuSeconds: usage.cpuSeconds, residentBytes: usage.residentBytes,
                uptimeMilliseconds: (ContinuousClock().now - start).wholeMilliseconds, counters: state.counters)
        }
    }

    func countRequest() {
        state.withLockedValue { $0.counters.requests += 1 }
    }

    /// Asks the working thread to stand still, or to go on.
    ///
    /// - Returns: The state once it has done so; one that was not asked for when something else
    ///   came between. Completes at once where nothing is to do.
    func request(pause: Bool, on loop: any EventLoop) -> EventLoopFuture<TaskState> {
        let promise = loop.makePromise(of: TaskState.self)
        let (settled, superseded) = state.withLockedValue { state -> (TaskState?, [EventLoopPromise<TaskState>]) in
            guard state.phase != .stopping else { return (.stopping, []) }
            let superseded = state.wantsPause == pause ? [] : state.waiting
            if state.wantsPause != pause { state.waiting = [] }
            state.wantsPause = pause
            if state.phase == (pause ? .paused : .running) { return (state.phase, superseded) }
            state.waiting.append(promise)
            return (nil, superseded)
        }
        if settled != .stopping {
            if pause { gate.hold { announce(.paused) } } else { gate.release { announce(.running) } }
        }
        if let settled { promise.succeed(settled) }
        for other in superseded { other.succeed(pause ? .paused : .running) }
        return promise.futureResult
    }

    /// Asks the working thread to stop at its next checkpoint.
    ///
    /// - Parameter signal: the one that asks for it; `nil` for a request.
    func requestStop(by signal: StopSignal? = nil) {
        state.withLockedValue { if $0.phase != .stopping { $0.stopSignal = signal } }
        settle(.stopping)
        gate.close()
    }

    /// How the work ends that has been stopped.
    var stopOutcome: WorkOutcome {
        state.withLockedValue { $0.stopSignal.map(WorkOutcome.signaled) ?? .stopped }
    }

    // MARK: - What is told

    /// Tells the supervisor, and whoever has asked for it, that the working thread has come to stand or goes on.
    ///
    /// Called while it does neither of both, so that updates keep their order.
    func announce(_ phase: TaskState) {
        send(phase == .paused ? .paused : .resumed)
        settle(phase)
    }

    /// Writes to the supervisor.
    func send(_ update: WorkerUpdate) {
        state.withLockedValue { $0.counters.updates += 1 }
        writer.write(update)
    }

    func set(_ progress: TaskProgress) {
        state.withLockedValue { $0.progress = progress }
    }

    /// Notes where the working thread now is and tells those who wait for it.
    func settle(_ phase: TaskState) {
        let waiting = state.withLockedValue { state -> [EventLoopPromise<TaskState>] in
            guard state.phase != .stopping else { return [] }
            state.phase = phase
            if phase == .paused { state.counters.pauses += 1 }
            defer { state.waiting = [] }
            return state.waiting
        }
        for promise in waiting { promise.succeed(phase) }
    }
}
