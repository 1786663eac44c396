extension DashboardAction {
    /// Whether it acts on the targets.
    var actsOnTargets: Bool {
        switch self {
        case .pause, .resume, .terminate, .kill, .duplicate, .runAgain, .raise, .lower, .setPriority, .moveFirst,
            .moveLast:
            true
        default: false
        }
    }

    /// Whether it works only where the table has the focus: it acts on what is seen there.
    var needsTableFocus: Bool {
        switch self {
        case .copy, .save, .find, .filter, .nextMatch, .search: false
        default: [.tasks, .queue, .table].contains(binding.group)
        }
    }
}
