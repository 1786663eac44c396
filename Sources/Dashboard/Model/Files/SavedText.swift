package import TaskModel

/// The text that a file is to contain.
package enum SavedText: Sendable, Hashable {
    case text(String)
    /// The result of a task: JSON, or the text of a string.
    case result(TaskID)
    /// The output of a task's program; of one stream, or of both.
    case output(TaskID, ProgramStream?)
}
