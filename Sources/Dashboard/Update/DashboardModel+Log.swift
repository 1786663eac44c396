// State of the log that depends on the rest of the screen.
extension DashboardModel {
    /// Updates the task whose records are shown, and ends a search that has lost the focus.
    mutating func updateLog() {
        if logFollowsSelection { log.setTask(tasks.selection) }
        if let input = searchInput, let scope = searchScope, input.scope != scope { searchInput = nil }
        if searchInput?.scope == .log, overlays.isEmpty, focus != .log { searchInput = nil }
        if searchInput?.scope == .output, searchScope != .output { searchInput = nil }
    }

    /// Grows the log to the lines that it fills, within its limit.
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
