/// Everything that a key can do, besides moving about and editing text.
///
/// One table for dispatch, footer and help, so that none of them can be wrong about another.
enum DashboardAction: Sendable, Hashable, CaseIterable {
    case pause, resume, terminate, kill, tag, untagAll
    case newTask, duplicate, runAgain, detail
    case raise, lower, holdQueue
    case filter, sort, reverse, hideFinished, age
    case nextPane, logHeight, follow, level, onlySelected, wrap
    case help, mouse, redraw, suspend, quit

    /// The headings in the help.
    enum Group: String, CaseIterable {
        case tasks = "Tasks"
        case queue = "Queue"
        case table = "Table"
        case log = "Log"
        case screen = "Screen"
    }

    struct Entry {
        let group: Group
        let keys: [Key]
        /// The key as people write it.
        let label: String
        /// For the footer.
        let name: String
        /// For the help.
        let explanation: String
    }

    var entry: Entry {
        switch self {
        case .pause: Self.entry(.tasks, "p", "pause", "pause; it is paused once its worker says so")
        case .resume: Self.entry(.tasks, "r", "resume", "resume a paused task")
        case .terminate: Self.entry(.tasks, "t", "terminate", "terminate gracefully; by force after the grace period")
        case .kill: Self.entry(.tasks, "K", "kill", "kill at once; asks first")
        case .tag: Self.entry(.tasks, " ", "tag", "tag the task; actions then apply to all tagged ones", label: "Space")
        case .untagAll: Self.entry(.tasks, "U", "untag", "remove all tags")
        case .newTask: Self.entry(.tasks, "n", "new", "start a new task: type and fields")
        case .duplicate: Self.entry(.tasks, "d", "duplicate", "start a new task with the same type and data")
        case .runAgain: Self.entry(.tasks, "R", "run again", "run a finished task again, as a new one")
        case .raise: Self.entry(.queue, "+", "sooner", "raise the priority of a task that waits", more: "=")
        case .lower: Self.entry(.queue, "-", "later", "lower the priority of a task that waits")
        case .holdQueue: Self.entry(.queue, "H", "hold queue", "hold the start of new tasks, or release it")
        case .detail:
            Entry(
                group: .tasks, keys: [.enter], label: "Enter", name: "detail",
                explanation: "all about the task: data, worker, log, result")
        case .filter:
            Self.entry(.table, "/", "filter", "filter as you type, by all words; also the focused log")
        case .sort: Self.entry(.table, "s", "sort", "choose the column to sort by; or click a heading")
        case .reverse: Self.entry(.table, "S", "reverse", "reverse the order")
        case .hideFinished: Self.entry(.table, "c", "hide done", "hide finished tasks, or show them again")
        case .age: Self.entry(.table, "a", "age", "finished tasks of: all times, an hour, a day, a week")
        case .nextPane:
            Entry(
                group: .log, keys: [.tab, .backTab], label: "Tab", name: "pane",
                explanation: "go to the other pane: table or log")
        case .logHeight: Self.entry(.log, "l", "log", "the log in full height, or back")
        case .follow: Self.entry(.log, "f", "follow", "follow the log's end, or hold it where it is")
        case .level: Self.entry(.log, "v", "level", "least level that is shown: all, info, warning, error")
        case .onlySelected: Self.entry(.log, "o", "only task", "only lines on the selected task, or all")
        case .wrap: Self.entry(.log, "w", "wrap", "wrap long lines, or cut them off")
        case .help: Self.entry(.screen, "?", "help", "this help")
        case .mouse: Self.entry(.screen, "m", "mouse", "switch the mouse off, to select text, or on")
        case .redraw:
            Entry(
                group: .screen, keys: [.control("l")], label: "Ctrl-L", name: "redraw",
                explanation: "draw the screen anew")
        case .suspend:
            Entry(
                group: .screen, keys: [.control("z")], label: "Ctrl-Z", name: "suspend",
                explanation: "stop taskdeck, the API too, until 'fg'; workers go on")
        case .quit:
            Entry(
                group: .screen, keys: [.character("q"), .control("c")], label: "q", name: "quit",
                explanation: "end the service and all its tasks; asks if there are any")
        }
    }

    private static func entry(
        _ group: Group, _ key: Unicode.Scalar, _ name: String, _ explanation: String, label: String? = nil,
        more: Unicode.Scalar? = nil
    ) -> Entry {
        Entry(
            group: group, keys: [.character(key)] + (more.map { [.character($0)] } ?? []),
            label: label ?? String(Character(key)), name: name,
            explanation: explanation)
    }

    private static let byKey: [Key: DashboardAction] = Dictionary(
        uniqueKeysWithValues: allCases.flatMap { action in action.entry.keys.map { ($0, action) } })

    init?(_ key: Key) {
        guard let action = Self.byKey[key] else { return nil }
        self = action
    }
}

/// Moving about, the same everywhere.
enum Motion: Sendable, Hashable, CaseIterable {
    case up, down, pageUp, pageDown, first, last, left, right

    /// - Parameter key: `l` means right only where it does not mean the log.
    init?(_ key: Key) {
        switch key {
        case .up, .character("k"): self = .up
        case .down, .character("j"): self = .down
        case .left, .character("h"): self = .left
        case .right, .character("l"): self = .right
        case .pageUp, .control("b"), .control("u"): self = .pageUp
        case .pageDown, .control("f"), .control("d"): self = .pageDown
        case .home, .character("g"): self = .first
        case .end, .character("G"): self = .last
        default: return nil
        }
    }

    /// Where a position in a list of `count` goes; `page` is what the screen shows of it.
    func moved(_ position: Int, count: Int, page: Int) -> Int {
        let target =
            switch self {
            case .up: position - 1
            case .down: position + 1
            case .pageUp: position - max(1, page - 1)
            case .pageDown: position + max(1, page - 1)
            case .first: 0
            case .last: count - 1
            case .left, .right: position
            }
        return max(0, min(count - 1, target))
    }

    static let explanation: [(keys: String, explanation: String)] = [
        ("Up Down j k", "one line"), ("PgUp PgDn ^U ^D", "one page"), ("Home End g G", "to the first or last"),
        ("Left Right h l", "sideways; between buttons and choices"), ("Esc", "always one step back"),
    ]
}
