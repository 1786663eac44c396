import TaskModel

/// The tasks and the log line that can be copied, fixed when the menu opens.
struct CopySubject: Sendable, Hashable {
    /// The tasks to copy from.
    let tasks: [TaskID]
    /// The log line as in log files; `nil` if the log is not on the screen.
    let line: String?
}
