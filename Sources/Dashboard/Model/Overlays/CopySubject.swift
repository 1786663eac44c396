import TaskModel

/// What can be copied at the moment a menu for it opens; neither tasks nor lines change places in it afterwards.
struct CopySubject: Sendable, Hashable {
    /// The tasks in question.
    let tasks: [TaskID]
    /// A line of the log, as it is written to files; `nil` where none is in view.
    let line: String?
}
