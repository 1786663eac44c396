// Keys in the dump of all tasks.
extension DashboardModel {
    mutating func openDump() {
        guard let dump = log.newestDump else {
            return showMessage(.failure, "there is no dump of all tasks yet")
        }
        overlays.append(.dump(DumpPane(dump)))
    }

    mutating func handle(_ key: Key, in pane: DumpPane) -> [DashboardCommand] {
        var pane = pane
        switch (key, DashboardAction(key)) {
        case (.enter, _), (DashboardAction.closeKey, _), (_, .dump?): overlays.removeLast()
        case (_, .follow?):
            pane.toggleFollow(newest: log.newestDump)
            replaceTop(by: .dump(pane))
        case (_, .find?), (_, .search?): beginSearch()
        case (_, .help?), (_, .mouse?), (_, .save?), (_, .redraw?), (_, .suspend?), (_, .quit?):
            return DashboardAction(key).map { perform($0) } ?? []
        default:
            guard let motion = Motion(key) else { break }
            pane.move(motion, page: layout.detailLines)
            replaceTop(by: .dump(pane))
        }
        return []
    }

    /// Updates an open dump from the log, and its scroll position.
    mutating func updateDump() {
        for (index, overlay) in overlays.enumerated() {
            guard case .dump(var pane) = overlay else { continue }
            pane.update(newest: log.newestDump)
            pane.clamp(page: layout.detailLines)
            overlays[index] = .dump(pane)
        }
    }
}
