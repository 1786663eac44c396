import TaskModel

extension TaskRecord {
    /// The process; `nil` after the end, when the number may be another one's.
    var shownPID: Int32? { state.isFinal ? nil : pid }

    /// Whether its worker does not answer, though it should.
    ///
    /// Not so while it is being ended, which its state and reason describe.
    var isSilent: Bool { notAnsweringSince != nil && !state.isFinal && state != .stopping }
}
