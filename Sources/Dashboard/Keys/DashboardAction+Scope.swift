extension DashboardAction {
    /// Whether it acts on the targets.
    var hitsTargets: Bool {
        switch self {
        case .pause, .resume, .terminate, .kill, .duplicate, .runAgain, .raise, .lower, .setPriority, .moveFirst,
            .moveLast:
            true
        default: false
        }
    }

    /// Whether it works only where the table has the focus: it acts on what is seen there.
    var belongsToTable: Bool {
        switch self {
        case .copy, .save, .find, .filter, .nextMatch, .search: false
        default: entry.group == .tasks || entry.group == .queue || entry.group == .table
        }
    }
}
