import TaskModel

/// What lies over the table and the log.
enum Overlay: Sendable {
    case detail(DetailPane)
    case form(TaskForm)
    case menu(Menu)
    case prompt(Prompt)
    /// The newest dump of all tasks; the first line on the screen.
    case dump(Int)
    case confirmation(Confirmation)
    /// The first line on the screen.
    case help(Int)

    var isQuestion: Bool {
        if case .confirmation = self { true } else { false }
    }

    /// Whether it asks what cannot have been read yet.
    var isUnshownQuestion: Bool {
        if case .confirmation(let asked) = self { !asked.isShown } else { false }
    }
}

/// A question before something that cannot be undone.
struct Confirmation: Sendable, Hashable {
    enum Purpose: Sendable, Hashable {
        /// These tasks and no others, wherever the selection has gone meanwhile.
        case kill([TaskID])
        case quit
    }

    let purpose: Purpose
    /// Which button Enter presses; the harmless one at first.
    var confirms = false
    /// Whether it is on the screen, and nothing that was typed ahead is left: before that nothing is an answer to it.
    var isShown = false
}

/// What an action did, or why it could not.
struct Message: Sendable, Hashable {
    enum Kind: Sendable, Hashable {
        case pending, success, failure
    }

    let kind: Kind
    let text: String
    /// When it goes; in uptime.
    let until: Duration

    static let lifetime = Duration.seconds(6)
}

/// The actions that were asked for with one key.
struct ActionBatch: Sendable {
    let action: TaskAction
    let count: Int
    var succeeded: [TaskRecord] = []
    var failed: [TaskError] = []
}

/// One of the two halves of the screen.
enum Pane: Sendable, Hashable {
    case table, log
}
