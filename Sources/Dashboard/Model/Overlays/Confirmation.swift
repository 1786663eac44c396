import TaskModel

/// A question before something that cannot be undone.
struct Confirmation: Sendable, Hashable {
    enum Purpose: Sendable, Hashable {
        /// Ends these tasks, wherever the selection has moved meanwhile.
        case kill(Targets)
        case terminate(Targets)
        /// Ends the service.
        case quit
    }

    enum Button: Sendable, Hashable, CaseIterable {
        case cancel, confirm
    }

    let purpose: Purpose
    /// The button that Enter presses; the harmless one at first.
    var selected = Button.cancel
    /// Whether the question has been on the screen and all input typed ahead is dropped.
    ///
    /// Before that no input answers it.
    var isShown = false
}

extension Confirmation.Purpose {
    /// The action and the tasks that it ends; `nil` if the whole service ends.
    var ending: (action: TaskAction, targets: Targets)? {
        switch self {
        case .kill(let targets): (.kill, targets)
        case .terminate(let targets): (.terminate, targets)
        case .quit: nil
        }
    }
}
