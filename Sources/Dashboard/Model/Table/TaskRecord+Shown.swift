import TaskModel

extension TaskRecord {
    /// The process id; `nil` after the end, when the id may be reused.
    var shownPID: Int32? { state.isFinal ? nil : pid }

    /// Whether its worker does not answer.
    ///
    /// False while the task is being ended, which its state and reason describe.
    var isSilent: Bool { notAnsweringSince != nil && !state.isFinal && state != .stopping }
}
