import TaskModel

/// The tasks and the line that can be copied, fixed when the menu opens.
struct CopySubject: Sendable, Hashable {
    /// A line on the screen.
    enum Line: Sendable, Hashable {
        /// As in log files.
        case log(String)
        /// Of the focused output.
        case output(String)
    }

    /// The tasks to copy from.
    let tasks: [TaskID]
    /// `nil` if no lines are on the screen.
    let line: Line?
    /// The only stream of the output to copy; `nil` for both.
    var stream: ProgramStream?
}
