package import TaskModel

/// The origin of a draft.
package enum SubmissionOrigin: Sendable, Hashable {
    case form
    case copy(of: TaskID)
}
