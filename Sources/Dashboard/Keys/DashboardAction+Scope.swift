extension DashboardAction {
    /// Whether the action applies to ``DashboardModel/targets``.
    var actsOnTargets: Bool {
        switch self {
        case .pause, .resume, .terminate, .kill, .duplicate, .runAgain, .raise, .lower, .setPriority, .moveFirst,
            .moveLast:
            true
        default: false
        }
    }

    /// Whether the action applies in every view, also while a question is not on the screen yet.
    var isGlobal: Bool { self == .redraw || self == .suspend }

    /// Whether the action works only while the table has the focus, because it acts on what the table shows.
    var needsTableFocus: Bool {
        switch self {
        case .copy, .save, .find, .filter, .nextMatch, .search: false
        default: [.tasks, .queue, .table].contains(binding.group)
        }
    }
}
