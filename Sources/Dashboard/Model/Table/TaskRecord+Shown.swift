import TaskModel

extension TaskRecord {
    /// The process id; `nil` after the end, when the id may be reused.
    var shownPID: Int32? { state.isFinal ? nil : pid }

    /// Whether it runs a program, and has begun.
    var runsProgram: Bool { output != nil }

    /// Whether its progress is known: a program need not report any.
    var hasProgress: Bool { !runsProgram || progress.fraction > 0 || progress.done > 0 }

    /// Whether its worker does not answer.
    ///
    /// False while the task is being ended, which its state and reason describe.
    var isSilent: Bool { notAnsweringSince != nil && !state.isFinal && state != .stopping }
}
