// What keeps the log consistent with the rest.
extension DashboardModel {
    /// Has the log show the selected task, if that is asked for, and ends the typing of a search that is left.
    mutating func updateLog() {
        if logFollowsSelection { log.setTask(tasks.selection) }
        if let input = searchInput, let scope = searchScope, input.scope != scope { searchInput = nil }
        if searchInput?.scope == .log, overlays.isEmpty, focus != .log { searchInput = nil }
    }

    /// Gives the log the lines that it fills, as far as it may have them.
    mutating func growLog() {
        let layout = layout
        log.setPage(layout.maximumLogLines)
        let width = layout.log.width
        let measure = LogGrowth.Measure(size: size, total: log.total, isFull: logIsFull)
        var growth = logGrowth
        growth.update(measure, maximum: layout.maximumLogLines) { maximum in
            var count = 0
            for entry in log.shown.reversed() {
                guard count < maximum else { break }
                count += lines(of: entry, width: width).count
            }
            return count
        }
        logGrowth = growth
    }
}
