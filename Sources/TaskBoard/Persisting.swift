import TaskModel

/// From the end until it is stored.
///
/// The task is shown as it was before: an end that has been shown must not be lost.
struct Persisting: Sendable {
    let shown: TaskState
    let finished: Finished
    /// The requests that the end answers.
    var requests: [RequestID] = []
    /// The requests that the end refuses.
    var refused: [PendingControl] = []
}
