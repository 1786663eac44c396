import TaskModel

/// What lies over the table and the log.
enum Overlay: Sendable {
    case detail(DetailPane)
    case form(TaskForm)
    case menu(Menu)
    case prompt(Prompt)
    case dump(DumpView)
    case confirmation(Confirmation)
    /// The first line on the screen.
    case help(Int)

    var isQuestion: Bool {
        if case .confirmation = self { true } else { false }
    }

    /// Whether it asks what cannot have been read yet.
    var isUnshownQuestion: Bool {
        switch self {
        case .confirmation(let asked): !asked.isShown
        case .prompt(let prompt): !prompt.isShown
        case .detail, .form, .menu, .dump, .help: false
        }
    }
}

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

/// One of the two halves of the screen.
enum Pane: Sendable, Hashable {
    case table, log
}
