package import JSON
package import TaskControl
package import TaskModel

/// An input of ``DashboardModel/update(_:at:)``.
package enum DashboardEvent: Sendable {
    case input(TerminalInput)
    /// The last frame is on the screen and input typed ahead is dropped: later input can answer its question.
    case shown
    /// One second has passed.
    case ticked
    /// The API listens at this address.
    case listening(String, needsToken: Bool = false)
    /// The types that tasks can have from now on: the configuration may have been read again.
    case typesChanged([TaskTypeDescription])
    case tasksChanged(TaskChanges)
    case logged([LogRecord])
    case usageRead([TaskID: WorkerUsage])
    /// The result of an action.
    case performed(ActionTicket, Result<TaskRecord, TaskError>)
    /// The result of a change of priority.
    case prioritized(TaskID, Result<TaskRecord, TaskError>)
    /// The result of a move within the queue.
    case moved(TaskID, QueueEnd, Result<TaskRecord, TaskError>)
    /// The result of writing a file, in bytes. The path is absolute if the file was written.
    case saved(path: String, Result<Int, SaveError>)
    /// The completion of a path.
    case pathCompleted(String, PathCompletion)
    /// The result of holding or releasing the queue.
    case queueChanged(Result<QueueStatus, TaskError>)
    case submitted(SubmissionOrigin, Result<TaskRecord, TaskError>)
    /// The detail of a task; `nil` if there is no such task.
    case detailRead(TaskID, TaskDetail?)
    /// There may be more output of a task.
    case outputGrew(TaskID)
    /// A page of output; `nil` if the task runs no program.
    case outputRead(TaskID, OutputQuery, Result<OutputPage?, TaskError>)
    /// The last line of a task's output; `nil` if there is none.
    case lastLineRead(TaskID, String?)
    /// The output to copy; `nil` if the task runs no program.
    case outputCopied(TaskID, Result<OutputText?, TaskError>)
    /// The result as it is to be copied; `nil` if there is none.
    case resultCopied(TaskID, Result<JSONText?, TaskError>)
    /// The service shuts down.
    case shutdownBegun
    /// A service in another process is reached; with its state, now and whenever that has changed.
    case serviceReached(ServiceHealth)
    /// The connection to it is lost, and why.
    case serviceLost(String)
    /// The version of it, if it is not that of this program, or has changed.
    case serviceVersion(String)
    /// The result of the request to end it.
    case serviceEndRequested(Result<Void, TaskError>)
}
