package import TaskControl
package import TaskModel

/// Something that happened, for ``DashboardModel/update(_:at:)`` to take in.
package enum DashboardEvent: Sendable {
    case input(TerminalInput)
    /// The last frame is on the screen, and what comes now may be an answer to it.
    case shown
    /// A second has passed.
    case ticked
    /// The API is open at this address, perhaps only to those who send its token.
    case listening(String, needsToken: Bool = false)
    case tasksChanged(TaskChanges)
    case logged([LogRecord])
    case usageRead([TaskID: WorkerUsage])
    /// An action has had its effect, or has not.
    case performed(ActionTicket, Result<TaskRecord, TaskError>)
    /// A priority is what it was to be, or is not.
    case prioritized(TaskID, Result<TaskRecord, TaskError>)
    /// A task is at an end of its priority, or is not.
    case moved(TaskID, QueueEnd, Result<TaskRecord, TaskError>)
    /// A text is in a file, with so many bytes, or is not, for a reason; the path is from the root on if it is.
    case saved(path: String, Result<Int, SaveError>)
    /// The queue is held or released, or is not.
    case queueChanged(Result<QueueStatus, TaskError>)
    case submitted(SubmissionOrigin, Result<TaskRecord, TaskError>)
    /// `nil` when there is no such task.
    case detailRead(TaskID, TaskDetail?)
    /// The service ends: somebody asked for it, here or by a signal.
    case shutdownBegun
}
