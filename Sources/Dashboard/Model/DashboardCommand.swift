package import TaskModel

/// What the dashboard wants done.
package enum DashboardCommand: Sendable {
    case perform(ActionTicket)
    case submit(TaskDraft, from: SubmissionOrigin)
    case setPriority(Int, of: TaskID)
    case move(TaskID, to: QueueEnd)
    /// Write a text to a new file; the answer is ``DashboardEvent/saved(path:_:)``, with the number of bytes.
    case save(SavedText, path: String)
    case holdQueue(Bool)
    case readDetail(TaskID)
    case readUsage
    /// End the service; asked a second time, at once.
    case quit
    /// End the service, since nobody sees it any more.
    case hangUp
    case terminal(TerminalCommand)
}
