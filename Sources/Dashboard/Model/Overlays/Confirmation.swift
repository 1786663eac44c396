import TaskModel

/// A question before something that cannot be undone.
struct Confirmation: Sendable, Hashable {
    enum Purpose: Sendable, Hashable {
        /// These tasks and no others, wherever the selection has gone meanwhile.
        case kill([TaskID])
        case terminate([TaskID])
        case quit

        /// The tasks that would be ended, and how; `nil` if the service would be.
        var ending: (action: TaskAction, ids: [TaskID])? {
            switch self {
            case .kill(let ids): (.kill, ids)
            case .terminate(let ids): (.terminate, ids)
            case .quit: nil
            }
        }
    }

    let purpose: Purpose
    /// What was hidden of the tasks when it was asked; `nil` where it is about none.
    var targets: Targets?
    /// Which button Enter presses; the harmless one at first.
    var confirms = false
    /// Whether it is on the screen, and nothing that was typed ahead is left: before that nothing is an answer to it.
    var isShown = false
}
