/// The effect of a key, apart from moving and editing text.
///
/// The keys are in `KeyBindings.swift`.
enum DashboardAction: Sendable, Hashable, CaseIterable {
    case pause, resume, terminate, kill, tag, tagAll, tagRange, invertTags, untagAll
    case newTask, duplicate, runAgain, detail, neighbor, copy, save
    case raise, lower, setPriority, moveFirst, moveLast, pauseQueue
    case find, filter, search, nextMatch, sort, sortDirectly, reverse, hideFinished, timeRange, clock
    case nextPane, logHeight, follow, level, onlySelected, wrap, streams, dump
    case help, mouse, redraw, suspend, quit, endService

    /// The headings of the help.
    enum Group: String, CaseIterable {
        case tasks = "Tasks"
        case queue = "Queue"
        case table = "Table"
        case log = "Log"
        case screen = "Screen"
    }
}
