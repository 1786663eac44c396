package import TaskModel
package import WorkerProtocol

/// Something that happened, for ``TaskBoard`` to decide on.
package enum BoardEvent: Sendable {
    /// A task that has been checked, and stored as queued.
    case submitted(TaskRecord)
    /// The stored tasks at the start of the service: those that wait or have ended, and those that had a worker when the
    /// service before ended without ending them, as they were.
    ///
    /// The tally counts the former only.
    case restored([TaskRecord], interrupted: [TaskRecord], TaskTally)
    /// The worker's process exists.
    case started(TaskID, pid: Int32)
    /// The launch has yielded no process that could have done anything.
    case launchFailed(TaskID, reason: String)
    /// No process can ever be launched for this task, for a reason that concerns no other.
    case unlaunchable(TaskID, reason: String)
    /// The worker sent an update.
    case updated(TaskID, WorkerUpdate)
    /// A signal has stopped the worker's process.
    case stopped(TaskID)
    /// The worker's process, which was stopped, continues.
    case continued(TaskID)
    /// The worker wrote a line to standard error.
    case logged(TaskID)
    /// A worker answered a request for its status, or did not within the time for it.
    case probed(TaskID, WorkerAddress, isAnswering: Bool)
    /// The worker wrote something that is no update.
    case violated(TaskID, reason: String)
    /// The process group is empty and its pipes have been read to the end.
    ///
    /// The last line on standard error often names the cause; the size is that of all its lines in memory, in bytes.
    case ended(TaskID, WorkerEnd, lastLogLine: String?, logSize: Int = 0)
    /// A client requests an action; ``BoardAction/answer(_:_:)`` follows, exactly once.
    case requested(RequestID, TaskAction, TaskID)
    /// The result of a call to the worker's HTTP server.
    case called(TaskID, CallID, CallResult)
    /// The end in ``BoardAction/storeEnd(_:)`` is on disk, or cannot be stored for now.
    case stored(TaskID)
    /// A queued task has another priority or order; `nil` for what stays.
    case reordered(TaskID, priority: Int?, order: Int?)
    /// The queue was paused or resumed: while it is paused no task starts.
    case queuePaused(Bool)
    /// Tasks that have ended are not stored any more.
    case pruned([PrunedTask])
    /// A deadline may have come.
    case ticked
    /// The service is to end: every task ends, gracefully or by force.
    case shutdownRequested(byForce: Bool)
}

extension BoardEvent {
    package var isTick: Bool { if case .ticked = self { true } else { false } }
}
