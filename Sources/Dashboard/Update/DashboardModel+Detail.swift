import TaskControl
import TaskModel

// The detail of a task, whole or beside the table.
extension DashboardModel {
    mutating func openDetail() -> [DashboardCommand] {
        guard detailedTask == nil else { return [] }
        guard let id = tasks.selection else {
            showMessage(.failure, "there is no task to show")
            return []
        }
        tasks.pinSelection()
        overlays.append(.detail(DetailPane(id)))
        writeDetail()
        return readDetail()
    }

    mutating func handleForDetail(_ key: Key) -> [DashboardCommand] {
        if key == .enter {
            overlays.removeLast()
        } else if key == .character("[") || key == .character("]") {
            return moveDetail(by: key == .character("]") ? 1 : -1)
        } else if let motion = Motion(key) {
            let page = layout.detailLines
            withDetail { $0.move(motion, page: page) }
        } else if let action = DashboardAction(key) {
            switch action {
            case .find, .search: beginSearch()
            case .pause, .resume, .terminate, .kill, .duplicate, .runAgain, .raise, .lower, .setPriority, .moveFirst,
                .moveLast, .holdQueue, .copy, .save, .help, .mouse, .quit, .redraw, .suspend:
                return perform(action)
            case .tag, .tagAll, .tagRange, .invertTags, .untagAll, .newTask, .detail, .filter, .nextMatch, .sort,
                .sortDirectly, .reverse, .hideFinished, .timeRange, .clock, .nextPane, .logHeight, .follow, .level,
                .onlySelected, .wrap, .dump, .neighbor:
                // They belong to what cannot be seen now.
                break
            }
        }
        return []
    }

    /// Shows the next task of the table, or the previous one, instead; the selection goes along.
    private mutating func moveDetail(by step: Int) -> [DashboardCommand] {
        guard let id = detailedTask else { return [] }
        guard let index = tasks.order.firstIndex(of: id) else {
            showMessage(.failure, "\(name(id)) is not among the tasks that are shown")
            return []
        }
        guard tasks.order.indices.contains(index + step) else {
            showMessage(.failure, step > 0 ? "it is the last task of the table" : "it is the first task of the table")
            return []
        }
        tasks.select(index: index + step)
        let next = tasks.order[index + step]
        for case (let position, .detail(let pane)) in overlays.enumerated() {
            var other = DetailPane(next)
            other.search = pane.search.map { SearchState(search: $0.search) }
            overlays[position] = .detail(other)
        }
        writeDetail()
        return readDetail()
    }

    /// Closes the detail of a task that is not kept any more.
    mutating func closeDetail(of id: TaskID) {
        overlays.removeAll { if case .detail = $0 { true } else { false } }
        showMessage(.failure, "\(name(id)) is not kept any more")
    }

    mutating func withDetail(_ change: (inout DetailPane) -> Void) {
        for (index, overlay) in overlays.enumerated() {
            guard case .detail(var pane) = overlay else { continue }
            change(&pane)
            overlays[index] = .detail(pane)
        }
    }

    /// Brings the detail's text up to date after its task, its worker's answer, the time or the width has changed.
    mutating func writeDetail() {
        if let id = detailedTask, let row = tasks.currentRow(id) {
            let layout = DetailLayout(width: size.width - 2, glyphs: glyphs, localTime: localTime)
            let now = now
            withDetail { $0.write(row, at: now, layout) }
        }
        writeSide()
    }

    /// Asks the worker of the task whose detail is open, unless a worker is being asked already.
    mutating func readDetail() -> [DashboardCommand] {
        guard detailReading.pending == nil else { return [] }
        var commands: [DashboardCommand] = []
        withDetail { pane in
            guard pane.isStale else { return }
            pane.isStale = false
            commands.append(.readDetail(pane.id))
        }
        if let id = detailedTask, !commands.isEmpty { detailReading.pending = id }
        return commands
    }

    /// Has the worker asked again where that may bring something new: a second has passed, or the task has changed.
    mutating func markDetailStale(_ id: TaskID) {
        withDetail { if $0.id == id { $0.isStale = true } }
        if side?.id == id { side?.isStale = true }
    }

    mutating func apply(_ detail: TaskDetail?, of id: TaskID) -> [DashboardCommand] {
        if detailReading.pending == id { detailReading.pending = nil }
        withDetail { if $0.id == id { $0.apply(detail) } }
        if side?.id == id { side?.apply(detail) }
        writeDetail()
        // Another one may have been opened meanwhile.
        return readDetail()
    }

    // MARK: - Beside the table

    /// Whether the side is on the screen.
    var showsSide: Bool { layout.side.width > 0 && overlays.first?.coversPanes != true }

    private var sideLayout: DetailLayout {
        DetailLayout(
            width: layout.side.width - 3, rows: layout.sideLines, glyphs: glyphs, localTime: localTime)
    }

    /// Has the side show the selected task.
    ///
    /// - Returns: The question to its worker, if it is time for one.
    mutating func updateSide() -> [DashboardCommand] {
        guard showsSide, let id = tasks.selection else {
            if layout.side.width == 0 || tasks.selection == nil { side = nil }
            return []
        }
        if side?.id != id {
            side = DetailPane(id, .brief)
            writeSide()
        }
        let page = layout.sideLines
        side?.clamp(page: page)
        return readSide(id)
    }

    private mutating func writeSide() {
        guard showsSide, let id = side?.id, let row = tasks.currentRow(id) else { return }
        let (now, layout) = (now, sideLayout)
        side?.write(row, at: now, layout)
    }

    /// Asks at most once a second: a selection that moves fast must not ask every worker that it passes.
    private mutating func readSide(_ id: TaskID) -> [DashboardCommand] {
        guard side?.isStale == true, detailReading.pending == nil else { return [] }
        if let last = detailReading.lastSideRequest, now.uptime - last < DetailReading.sideInterval { return [] }
        detailReading.pending = id
        detailReading.lastSideRequest = now.uptime
        side?.isStale = false
        return [.readDetail(id)]
    }
}
