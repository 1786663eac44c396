import TaskControl
import TaskModel

// The detail of a task, on the whole screen or beside the table.
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

    mutating func handleDetailKey(_ key: Key) -> [DashboardCommand] {
        if key == .enter {
            overlays.removeLast()
        } else if let step = DashboardAction.neighborStep(of: key) {
            return moveDetail(by: step)
        } else if let motion = Motion(key) {
            if detailOutput != nil {
                withOutput { $0.move(motion, $1) }
                return []
            }
            let page = detailTextLines
            withDetail { $0.move(motion, page: page) }
        } else if let action = DashboardAction(key) {
            switch action {
            case .find, .search: beginSearch()
            case .pause, .resume, .terminate, .kill, .duplicate, .runAgain, .raise, .lower, .setPriority, .moveFirst,
                .moveLast, .pauseQueue, .copy, .save, .help, .mouse, .quit, .endService, .redraw, .suspend:
                return perform(action)
            case .nextPane, .logHeight, .follow, .wrap, .streams: performInDetail(action)
            case .tag, .tagAll, .tagRange, .invertTags, .untagAll, .newTask, .detail, .filter, .nextMatch, .sort,
                .sortDirectly, .reverse, .hideFinished, .timeRange, .clock, .level, .onlySelected, .dump, .neighbor:
                // These apply to views that the detail covers.
                break
            }
        }
        return []
    }

    /// Shows the detail of a neighboring task of the table, and selects it.
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
            (other.focus, other.outputIsFull) = (pane.focus, pane.outputIsFull)
            overlays[position] = .detail(other)
        }
        writeDetail()
        return readDetail()
    }

    /// Closes the detail of a task that has been removed.
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

    /// Updates the detail's text after a change of its task, its worker's answer, the time or the width.
    mutating func writeDetail() {
        if let id = detailedTask, let row = tasks.currentRow(id) {
            let layout = DetailLayout(width: size.width - 2, glyphs: glyphs, localTime: localTime)
            let now = pictureTime
            withDetail { $0.write(row, at: now, layout) }
        }
        writeSide()
    }

    /// Requests the detail of the task shown, unless a request is pending.
    mutating func readDetail() -> [DashboardCommand] {
        guard detailReading.pending == nil else { return [] }
        var commands: [DashboardCommand] = []
        withDetail { pane in
            guard pane.isStale else { return }
            pane.beginReading()
            commands.append(.readDetail(pane.id))
        }
        if let id = detailedTask, !commands.isEmpty { detailReading.pending = id }
        return commands
    }

    /// Marks a detail for reading again: a second has passed, or the task has changed.
    mutating func markDetailStale(_ id: TaskID) {
        withDetail { if $0.id == id { $0.markStale() } }
        if side?.id == id { side?.markStale() }
    }

    /// Whether the detail that is shown could not be read.
    var hasFailedDetail: Bool {
        for case .detail(let pane) in overlays { return pane.hasFailed }
        return side?.hasFailed == true
    }

    mutating func apply(_ detail: TaskDetail?, of id: TaskID) -> [DashboardCommand] {
        if detailReading.pending == id { detailReading.pending = nil }
        withDetail { if $0.id == id { $0.apply(detail) } }
        if side?.id == id { side?.apply(detail) }
        if let record = detail?.record { tasks.addOmittedMembers(of: record) }
        writeDetail()
        // Another detail may have been opened meanwhile.
        return readDetail()
    }

    // MARK: - Beside the table

    /// Whether the side is visible.
    var showsSide: Bool { layout.side.width > 0 && overlays.first?.coversPanes != true }

    private var sideLayout: DetailLayout {
        DetailLayout(
            width: layout.side.width - 3, rows: sideOutput == nil ? layout.sideLines : 0, glyphs: glyphs,
            localTime: localTime)
    }

    /// Updates the side for the selected task.
    ///
    /// - Returns: A request for its detail, at most once a second.
    mutating func updateSide() -> [DashboardCommand] {
        guard showsSide, let id = tasks.selection else {
            if layout.side.width == 0 || tasks.selection == nil { side = nil }
            return []
        }
        if side?.id != id {
            side = DetailPane(id, .brief)
            writeSide()
        }
        let page = sideSplit.text.height
        side?.clamp(page: page)
        return readSide(id)
    }

    private mutating func writeSide() {
        guard showsSide, let id = side?.id, let row = tasks.currentRow(id) else { return }
        let (now, layout) = (pictureTime, sideLayout)
        side?.write(row, at: now, layout)
    }

    /// Requests a detail at most once a second: a moving selection must not send a request for each task that it
    /// passes.
    private mutating func readSide(_ id: TaskID) -> [DashboardCommand] {
        guard side?.isStale == true, detailReading.pending == nil else { return [] }
        if let last = detailReading.lastSideRequest, now.uptime - last < DetailReading.sideInterval { return [] }
        detailReading.pending = id
        detailReading.lastSideRequest = now.uptime
        side?.beginReading()
        return [.readDetail(id)]
    }
}
