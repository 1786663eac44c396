package import TaskModel
package import WorkerProtocol

/// What the service has to do, in the order given.
package enum BoardAction: Sendable {
    /// Launch a worker for a task that is stored as started.
    case launch(Launch)
    /// Send a command to the worker by HTTP.
    case call(TaskID, CallID, WorkerCommand, WorkerAddress)
    /// Request the worker's status by HTTP; ``EntryEvent/probed(_:isAnswering:)`` follows.
    case probe(TaskID, WorkerAddress)
    /// Send a signal to the worker's whole process group.
    case signal(TaskID, GroupSignal)
    /// Answer a client's request.
    case answer(RequestID, Result<TaskRecord, TaskError>)
    /// Store a task that starts, returns to the queue or has ended, which is shown once ``EntryEvent/stored`` follows.
    case store(TaskRecord)
    /// Log a report.
    case report(BoardReport)
    /// End the service: after a shutdown, no task has a worker. Comes once.
    case drained
}
