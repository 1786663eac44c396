package import TaskModel

/// A request of the dashboard to its surroundings.
package enum DashboardCommand: Sendable {
    case perform(ActionTicket)
    case submit(TaskDraft)
    case runAgain(TaskID)
    case setPriority(Int, of: TaskID)
    case move(TaskID, to: QueueEnd)
    /// Writes a text to a new file; answered by ``DashboardEvent/saved(path:_:)`` with the number of bytes.
    case save(SavedText, path: String)
    /// Answered by ``DashboardEvent/outputCopied(_:_:)``.
    case copyOutput(TaskID, ProgramStream?)
    case setQueuePaused(Bool)
    /// Answered by ``DashboardEvent/pathCompleted(_:_:)``.
    case completePath(String)
    case readDetail(TaskID)
    case readUsage
    /// Answered by ``DashboardEvent/typesChanged(_:)``.
    case readTypes
    /// Replaces the task whose output is followed; `nil` for none.
    case followOutput(TaskID?)
    case readOutput(TaskID, OutputQuery)
    /// Answered by ``DashboardEvent/lastLineRead(_:_:)``.
    case readLastLine(TaskID)
    /// Answered by ``DashboardEvent/resultCopied(_:_:)``.
    case copyResult(TaskID)
    /// Ends the dashboard, and the service if it is in the same process; the second time, at once.
    case quit
    /// Ends a service in another process.
    case endService
    /// Ends the service because the terminal is gone.
    case hangUp
    case terminal(TerminalCommand)
}
