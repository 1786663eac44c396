package import TaskModel

/// Something that happened, for ``TaskBoard`` to decide on.
package enum BoardEvent: Sendable {
    /// A task that has been checked, and stored: as started if a slot was reserved for it, otherwise as queued.
    ///
    /// The request is answered once the task is on disk as it is shown.
    case submitted(TaskRecord, by: RequestID, hasSlot: Bool)
    /// The task that a slot was reserved for is not submitted.
    case slotReleased
    /// The stored tasks at the start of the service: those that wait or have ended, and those that had a worker when the
    /// service before ended without ending them, as they were.
    ///
    /// The tally counts the former only.
    case restored([TaskRecord], interrupted: [TaskRecord], TaskTally)
    /// An event of one task; ignored if the task is not in memory.
    case task(TaskID, EntryEvent)
    /// A client requests an action; ``BoardAction/answer(_:_:)`` follows, exactly once.
    case requested(RequestID, TaskAction, TaskID)
    /// The queue was paused or resumed: while it is paused no task starts.
    case queuePaused(Bool)
    /// Tasks that have ended are not stored any more.
    case pruned([PrunedTask])
    /// A deadline may have come.
    case ticked
    /// The service is to end: every task ends, gracefully or by force.
    case shutdownRequested(byForce: Bool)
}

extension BoardEvent {
    package var isTick: Bool { if case .ticked = self { true } else { false } }
}
