package import TaskModel
package import WorkerProtocol

/// What the service has to do, in the order given.
package enum BoardAction: Sendable {
    /// Persist a task's start, then launch a worker for it.
    case launch(Launch)
    /// Send a command to the worker by HTTP.
    case call(TaskID, CallID, WorkerCommand, WorkerAddress)
    /// Request the worker's status by HTTP; ``BoardEvent/probed(_:_:isAnswering:)`` follows.
    case probe(TaskID, WorkerAddress)
    /// Send a signal to the worker's whole process group.
    case signal(TaskID, GroupSignal)
    /// Answer a client's request.
    case answer(RequestID, Result<TaskRecord, TaskError>)
    /// Store a task's end, which is shown once ``BoardEvent/stored(_:)`` follows.
    case storeEnd(TaskRecord)
    /// Store a task as it is now; nothing waits for it.
    case store(TaskRecord)
    /// Log a task's new state.
    case changed(TaskRecord)
    /// Log that a task stays in a state that tasks pass through in a moment, and for how long it has.
    case lingering(TaskRecord, for: Duration)
    /// Log that a task's worker has not ended within the grace period and is killed, and the time since its end began.
    case forced(TaskRecord, after: Duration)
    /// Log that a task's worker has stopped answering.
    case stoppedAnswering(TaskRecord)
    /// Log that a task's worker answers again, and how long it did not.
    case answersAgain(TaskRecord, after: Duration)
    /// Log that a task is queued again: its launch has yielded no worker.
    case requeued(TaskRecord)
    /// Log why launches have begun to yield no workers, or that they yield workers again.
    case launchingChanged(failure: String?)
    /// Log a transition that the task's state does not have; the task is unchanged.
    case defect(TaskID, IllegalTransition)
    /// End the service: after a shutdown, no task has a worker. Comes once.
    case drained
}
