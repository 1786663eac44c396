package import TaskModel

/// What the operator wants in a file.
package enum SavedText: Sendable, Hashable {
    case text(String)
    /// The result of a task, as JSON, or as it is if it is a text.
    case result(TaskID)
}
