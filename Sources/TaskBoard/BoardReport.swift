package import TaskModel

/// What the log should contain.
package enum BoardReport: Sendable {
    /// A task has another state.
    case changed(TaskRecord)
    /// A task stays in a state that tasks pass through in a moment; the time so far.
    case lingering(TaskRecord, for: Duration)
    /// A task's worker has not ended within the grace period and is killed; the time since its end began.
    case forced(TaskRecord, after: Duration)
    /// A task's worker has stopped answering.
    case stoppedAnswering(TaskRecord)
    /// A task's worker answers again; the time for which it did not.
    case answersAgain(TaskRecord, after: Duration)
    /// A task is queued again without another attempt: it has got no worker.
    case requeued(TaskRecord)
    /// Launches have begun to yield no workers, for this reason, or yield workers again.
    case launchingChanged(failure: String?)
    /// A task was to make a transition that its state does not have; it is unchanged.
    case defect(TaskID, IllegalTransition)
}
