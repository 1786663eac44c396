package import TaskModel

/// Where a new task was asked for.
package enum SubmissionOrigin: Sendable, Hashable {
    case form
    case copy(of: TaskID)
}
