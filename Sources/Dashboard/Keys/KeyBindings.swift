// The table of all key bindings. Dispatch, footer, help and the test of the README use it.
//
// Bound elsewhere, because they have an effect in one kind of view only: ``Motion``, the sort keys of ``TaskColumn``, the
// editing keys of ``TextField``, the choices of menus (``CopyItem/key``, ``TimeRange/choices``), the answers to a question
// (y, n, in `DashboardModel+Overlays.swift`), the keys of the form (`DashboardModel+Form.swift`), and Enter, Space and
// Escape, which choose and go back.
extension DashboardAction {
    /// The key binding of the action.
    var binding: KeyBinding {
        switch self {
        case .pause: Self.binding(.tasks, "p", "pause", "pause; shown once the worker confirms")
        case .resume: Self.binding(.tasks, "r", "resume", "resume a paused task")
        case .terminate:
            Self.binding(.tasks, "t", "terminate", "terminate, by force after the grace period; asks first")
        case .kill: Self.binding(.tasks, "K", "kill", "kill at once; asks first", more: .function(9))
        case .tag:
            Self.binding(.tasks, " ", "tag", "tag or untag the task; actions apply to all tagged ones", label: "Space")
        case .tagAll: Self.binding(.tasks, "A", "tag all", "tag all tasks that are shown")
        case .tagRange:
            KeyBinding(
                group: .tasks, keys: [.control(" ")], label: "Ctrl-Space", name: "tag range",
                explanation: "tag all from the last tag to the selected task")
        case .invertTags: Self.binding(.tasks, "*", "invert", "invert the tags of the shown tasks")
        case .untagAll: Self.binding(.tasks, "U", "untag", "remove all tags")
        case .newTask: Self.binding(.tasks, "n", "new", "start a new task: type and fields")
        case .duplicate: Self.binding(.tasks, "d", "duplicate", "new task, pre-filled from this one")
        case .runAgain: Self.binding(.tasks, "R", "run again", "run a finished task again, as a new one")
        case .detail:
            KeyBinding(
                group: .tasks, keys: [.enter], label: "Enter", name: "detail",
                explanation: "all about the task: data, worker, log, result")
        case .neighbor:
            KeyBinding(
                group: .tasks, keys: Self.neighborSteps.map(\.key),
                label: Self.label(of: Self.neighborSteps.map(\.key)), name: "previous, next",
                explanation: "the previous or next task, also in the detail")
        case .copy:
            Self.binding(
                .tasks, "y", "copy", "copy: i id, c curl, r result, o output, e error, l line")
        case .save:
            KeyBinding(
                group: .tasks, keys: [.control("s")], label: "Ctrl-S", name: "save",
                explanation: "write the output, result or focused log to a file")
        case .raise:
            Self.binding(.queue, "+", "sooner", "raise the priority of a queued task", more: .function(7))
        case .lower: Self.binding(.queue, "-", "later", "lower the priority of a queued task", more: .function(8))
        case .setPriority: Self.binding(.queue, "=", "priority", "set the priority of a queued task")
        case .moveFirst: Self.binding(.queue, "<", "first", "move a queued task to the front of its priority")
        case .moveLast: Self.binding(.queue, ">", "last", "move a queued task to the end of its priority")
        case .pauseQueue: Self.binding(.queue, "H", "hold queue", "hold the start of new tasks, or release it")
        case .find:
            Self.binding(.table, "/", "find", "filter the table; search in the log and the detail")
        case .filter:
            Self.binding(.table, "&", "filter", "filter the table or the log; !word excludes", more: .function(4))
        case .search:
            KeyBinding(
                group: .table, keys: [.function(3)], label: "F3", name: "search",
                explanation: "go to the next row that matches; elsewhere as /")
        case .nextMatch:
            KeyBinding(
                group: .table, keys: [], label: Self.label(of: Self.matchDirections.map(\.key)), name: "next",
                explanation: "next or previous match, in the log and the detail")
        case .sort:
            Self.binding(.table, "s", "sort", "choose the column to sort by; or click a heading", more: .function(6))
        case .sortDirectly:
            KeyBinding(
                group: .table, keys: [], label: "I O T P M E B F", name: "sort by",
                explanation: "sort: id, name, type, cpu, memory, elapsed, begin, finish")
        case .reverse: Self.binding(.table, "S", "reverse", "reverse the order")
        case .hideFinished: Self.binding(.table, "c", "hide done", "hide finished tasks, or show them again")
        case .timeRange:
            Self.binding(.table, "a", "time", "tasks of: all times, hour, today, yesterday, week, a date")
        case .clock: Self.binding(.table, "C", "clock", "show the beginning and end as time of day, or as age")
        case .nextPane:
            KeyBinding(
                group: .log, keys: [.tab, .backTab], label: "Tab", name: "pane",
                explanation: "go to the next pane: table, output, log; in the detail too")
        case .logHeight: Self.binding(.log, "l", "log", "the log in full height, or back", more: .function(5))
        case .follow: Self.binding(.log, "f", "follow", "follow the end of the log or the output, or hold it")
        case .level: Self.binding(.log, "v", "level", "minimum level: all, info, warning, error")
        case .onlySelected: Self.binding(.log, "o", "only task", "only lines about the selected task, or all")
        case .wrap: Self.binding(.log, "w", "wrap", "wrap long lines, or cut them off")
        case .streams:
            Self.binding(.log, "e", "streams", "output: both streams, standard output, standard error")
        case .dump: Self.binding(.log, "D", "dump", "show the newest dump in full")
        case .help: Self.binding(.screen, "?", "help", "this help", more: .function(1))
        case .mouse: Self.binding(.screen, "m", "mouse", "switch the mouse off, to select text, or on")
        case .redraw:
            KeyBinding(
                group: .screen, keys: [.control("l")], label: "Ctrl-L", name: "redraw",
                explanation: "draw the screen anew")
        case .suspend:
            KeyBinding(
                group: .screen, keys: [.control("z")], label: "Ctrl-Z", name: "suspend",
                explanation: "stop taskdeck until 'fg', its API too; workers go on")
        case .quit:
            KeyBinding(
                group: .screen, keys: [Self.closeKey, Self.interruptKey, .function(10)], label: "q", name: "quit",
                explanation: "end the service and its tasks; or leave it, if attached")
        case .endService:
            Self.binding(.screen, "Q", "end", "end the service and its tasks, also where q leaves it")
        }
    }

    /// The key that closes help, menus and dumps, and quits elsewhere.
    static let closeKey = Key.character("q")
    /// The key that quits in every view; the second time without a question.
    static let interruptKey = Key.control("c")
    /// The keys of ``neighbor``, and how far each moves.
    private static let neighborSteps: [(key: Key, step: Int)] = [(.character("["), -1), (.character("]"), 1)]

    /// How far a key of ``neighbor`` moves; `nil` for any other key.
    static func neighborStep(of key: Key) -> Int? { neighborSteps.first { $0.key == key }?.step }

    /// The keys of ``nextMatch``, where something can be searched; in the table the first one is that of ``newTask``.
    static let matchDirections: [(key: Key, direction: SearchDirection)] = [
        (.character("n"), .forward), (.character("N"), .backward),
    ]

    private static func label(of keys: [Key]) -> String {
        keys.compactMap(\.label).joined(separator: " ")
    }

    private static func binding(
        _ group: Group, _ key: Unicode.Scalar, _ name: String, _ explanation: String, label: String? = nil,
        more: Key? = nil
    ) -> KeyBinding {
        KeyBinding(
            group: group, keys: [.character(key)] + (more.map { [$0] } ?? []),
            label: label ?? String(Character(key)), name: name,
            explanation: explanation)
    }

    /// The function keys in order, five a line, with the names of their actions.
    static let functionKeys: [(keys: String, explanation: String)] = {
        let named = allCases.flatMap { action in
            action.binding.keys.compactMap { key in
                if case .function(let number) = key { (number: number, name: action.binding.name) } else { nil }
            }
        }.sorted { $0.number < $1.number }
        return stride(from: 0, to: named.count, by: 5).map { start in
            let line = named[start..<min(start + 5, named.count)]
            return (
                line.map { "F\($0.number)" }.joined(separator: " "), line.map(\.name).joined(separator: ", ")
            )
        }
    }()

    private static let byKey: [Key: DashboardAction] = Dictionary(
        uniqueKeysWithValues: allCases.flatMap { action in action.binding.keys.map { ($0, action) } })

    /// The action of a key; `nil` if the key has none.
    init?(_ key: Key) {
        guard let action = Self.byKey[key] else { return nil }
        self = action
    }
}
