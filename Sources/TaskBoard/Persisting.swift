import TaskModel

/// From the decision on a task's start, its return to the queue or its end until that is stored.
///
/// The task is shown as it was before: what has been shown must not be lost.
struct Persisting: Sendable {
    let shown: TaskState
    /// The task as it is once it is stored.
    var next: TaskEntry
    /// The requests that are answered then.
    var requests: [RequestID]
    /// The requests that are decided on then.
    var later: [(request: RequestID, action: TaskAction)]
}
