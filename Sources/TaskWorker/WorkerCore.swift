import Glibc
import NIOConcurrencyHelpers
import NIOCore
import TaskModel
import TaskTypes
import WorkerProtocol

/// The state that the working thread and the HTTP server share.
///
/// The server requests changes through the pause point, and awaits their effects by promises.
final class WorkerCore: Sendable {
    private struct State {
        /// One of `running`, `paused`, `stopping`.
        var phase = TaskState.running
        /// Whether the last request was for a pause.
        var isPauseRequested = false
        /// The signal by which the work was asked to stop; `nil` if it was not, or by a request.
        var stopSignal: StopSignal?
        var progress: TaskProgress
        var counters = WorkerStatus.Counters()
        /// Completed when the working thread is paused or resumed.
        var waiting: [EventLoopPromise<TaskState>] = []
    }

    let assignment: Assignment
    private let control: any WorkControl
    /// Locked while an update is written: those of a program come from several threads.
    private let writer: NIOLockedValueBox<UpdateWriter>
    private let start = ContinuousClock().now
    private let state: NIOLockedValueBox<State>

    /// - Parameters:
    ///   - units: the number of units of work.
    ///   - control: pauses and stops the work.
    init(_ assignment: Assignment, units: Int, control: any WorkControl, writer: UpdateWriter) {
        self.assignment = assignment
        self.control = control
        self.writer = NIOLockedValueBox(writer)
        state = NIOLockedValueBox(State(progress: TaskProgress(done: 0, total: units)))
    }

    // MARK: - The server's side

    /// The answer to `GET /status` on `port`.
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

    /// Pauses or resumes the working thread.
    ///
    /// - Returns: The state once that has had its effect; if a later request supersedes it, the state at that time.
    func request(pause: Bool, on loop: any EventLoop) -> EventLoopFuture<TaskState> {
        let promise = loop.makePromise(of: TaskState.self)
        let requested: TaskState = pause ? .paused : .running
        let (phase, superseded) = state.withLockedValue { state -> (TaskState, [EventLoopPromise<TaskState>]) in
            guard state.phase != .stopping else { return (.stopping, []) }
            let superseded = state.isPauseRequested == pause ? [] : state.waiting
            if state.isPauseRequested != pause { state.waiting = [] }
            state.isPauseRequested = pause
            if state.phase != requested { state.waiting.append(promise) }
            return (state.phase, superseded)
        }
        if phase != .stopping {
            if pause {
                control.pause { self.reportPhase(.paused) }
            } else {
                control.resume { self.reportPhase(.running) }
            }
        }
        if phase == requested || phase == .stopping { promise.succeed(phase) }
        for other in superseded { other.succeed(phase) }
        return promise.futureResult
    }

    /// Has the working thread stop at its next checkpoint.
    ///
    /// - Parameter signal: the one that has asked for it; `nil` for a request.
    func requestStop(by signal: StopSignal? = nil) {
        state.withLockedValue { if $0.phase != .stopping { $0.stopSignal = signal } }
        setPhase(.stopping)
        control.stop()
    }

    /// Has the program killed, which reports that as its outcome; other work has nothing to report.
    func requestKill() { control.kill() }

    /// Whether the work was asked to stop, or has ended.
    var isStopRequested: Bool { state.withLockedValue { $0.phase == .stopping } }

    /// The outcome of work that was stopped.
    var stopOutcome: WorkOutcome {
        state.withLockedValue { $0.stopSignal.map(WorkOutcome.signaled) ?? .stopped }
    }

    // MARK: - Reports

    /// Reports to the supervisor and to requests that the working thread is paused or resumed.
    func reportPhase(_ phase: TaskState) {
        send(phase == .paused ? .paused : .resumed)
        setPhase(phase)
    }

    /// Where updates are written.
    var updates: CInt { writer.withLockedValue(\.descriptor) }

    /// Sends updates to the supervisor, which so gets them at once.
    func send(_ updates: WorkerUpdate...) { send(updates) }

    private func send(_ updates: [WorkerUpdate]) {
        state.withLockedValue { $0.counters.updates += updates.count }
        writer.withLockedValue { $0.write(updates) }
    }

    /// Reports the outcome, after other updates; nothing changes the phase any more.
    func finish(_ outcome: WorkOutcome, after updates: WorkerUpdate...) {
        setPhase(.stopping)
        send(updates + [.outcome(outcome)])
    }

    func set(_ progress: TaskProgress) {
        state.withLockedValue { $0.progress = progress }
    }

    /// Sets the phase of the working thread and completes the requests that wait for one.
    func setPhase(_ phase: TaskState) {
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
