package import TaskModel
package import WorkerProtocol

/// Something that happened, for ``TaskBoard`` to decide on.
package enum BoardEvent: Sendable {
    /// A task that has been checked, and stored as queued.
    case submitted(TaskRecord)
    /// What was stored when the service started: tasks that wait, and some that have ended.
    case restored([TaskRecord], TaskTally)
    /// The worker's process exists.
    case started(TaskID, pid: Int32)
    /// There is no process and never was one that could have done anything.
    case launchFailed(TaskID, reason: String)
    /// There is no process, and never will be for this task, for a reason that concerns no other.
    case unlaunchable(TaskID, reason: String)
    case updated(TaskID, WorkerUpdate)
    /// A signal has stopped the worker's process.
    case stopped(TaskID)
    /// The worker's process, which was stopped, goes on.
    case continued(TaskID)
    /// The worker wrote a line for people.
    case showedLife(TaskID)
    /// A worker was asked for its status and answered, or not within the time for it.
    case probed(TaskID, WorkerAddress, isAnswering: Bool)
    /// The worker wrote something that is no update.
    case violated(TaskID, reason: String)
    /// The process group is empty and the pipe has been read to its end. The last line on standard
    /// error often names the cause; the size is that of all its lines that are kept, in bytes.
    case ended(TaskID, WorkerEnd, lastLogLine: String?, logSize: Int = 0)
    /// A client wants something, and an answer.
    case requested(RequestID, TaskAction, TaskID)
    /// The worker's HTTP server has answered a call, or has not.
    case called(TaskID, CallID, CallResult)
    /// What ``BoardAction/storeEnd(_:)`` asked for has been done, as far as it can be.
    case stored(TaskID)
    /// A client has given a task that waits another priority or order; `nil` for what stays.
    case reordered(TaskID, priority: Int?, order: Int?)
    /// No new tasks are to be started, or they are again.
    case held(Bool)
    /// Stored tasks that have ended are not kept any more.
    case pruned([PrunedTask])
    /// Time has passed.
    case ticked
    /// The service is to end: every task, gracefully or by force.
    case shutdownRequested(byForce: Bool)
}

extension BoardEvent {
    package var isTick: Bool { if case .ticked = self { true } else { false } }
}

/// Something to be done, in the order given.
package enum BoardAction: Sendable {
    /// Persist a task's start, then launch a worker for it.
    case launch(Assignment)
    /// Ask the worker by HTTP: pause, resume or terminate.
    case call(TaskID, CallID, WorkerCommand, WorkerAddress)
    /// Ask the worker by HTTP for its status; ``BoardEvent/probed(_:_:isAnswering:)`` says whether it has answered.
    case probe(TaskID, WorkerAddress)
    /// Send a signal to the worker's whole process group.
    case signal(TaskID, GroupSignal)
    case answer(RequestID, Result<TaskRecord, TaskError>)
    /// Store a task's end, which nobody is told of before ``BoardEvent/stored(_:)`` says that this is done.
    case storeEnd(TaskRecord)
    /// Store a task as it is from now on; nothing waits for it.
    case store(TaskRecord)
    /// A task has come into another state.
    case changed(TaskRecord)
    /// A task stays in a state that tasks pass through in a moment; the time so far.
    case lingering(TaskRecord, for: Duration)
    /// A task's worker has not ended within the grace period, and is killed; the time since its end began.
    case forced(TaskRecord, after: Duration)
    /// A task's worker does not answer any more.
    case stoppedAnswering(TaskRecord)
    /// A task's worker that did not answer does so again.
    case answersAgain(TaskRecord, after: Duration)
    /// A task that was being started waits again: the launch has yielded no worker.
    case putBack(TaskRecord)
    /// Launches have begun to yield no workers, for this reason; or yield workers again.
    case launchingChanged(failure: String?)
    /// A task should have made a transition that its state does not have; it is unchanged.
    case defect(TaskID, IllegalTransition)
    /// Shutdown is complete: no task is alive. Comes once.
    case drained
}

/// One client's wish, until it is answered.
package struct RequestID: Hashable, Sendable {
    let number: UInt64

    package init(number: UInt64) {
        self.number = number
    }
}

/// One HTTP call to a worker, until it is answered.
package struct CallID: Hashable, Sendable {
    let number: UInt64
}

/// What became of a call to a worker's HTTP server.
package enum CallResult: Sendable, Hashable {
    case accepted
    /// The worker answers, but not with what was asked, for instance since it is ending.
    case refused
    case unreachable(reason: String)

    var isAnswer: Bool { if case .unreachable = self { false } else { true } }
}

/// The signals that end a process group.
package enum GroupSignal: Sendable, Hashable {
    /// SIGTERM, with SIGCONT: a stopped process does not see SIGTERM.
    case terminate
    case kill
}

/// How a worker's process group ended.
package struct WorkerEnd: Sendable, Hashable {
    package enum Status: Sendable, Hashable {
        case exited(code: Int32)
        case signaled(number: Int32, name: String)
    }

    package let status: Status
    /// Processes reaped, the worker itself included.
    package let reaped: Int

    package init(status: Status, reaped: Int) {
        self.status = status
        self.reaped = reaped
    }
}

extension WorkerEnd.Status: CustomStringConvertible {
    package var description: String {
        switch self {
        case .exited(let code): "exited with code \(code)"
        case .signaled(let number, let name): "was ended by signal \(number) (\(name))"
        }
    }
}
