import TaskModel

// The effect of each action, by key or by click.
extension DashboardModel {
    /// Performs an action; actions on the table are refused while the log has the focus.
    mutating func perform(_ action: DashboardAction, by key: Key? = nil) -> [DashboardCommand] {
        if focus == .log, overlays.isEmpty, action.needsTableFocus {
            showTableOnlyMessage(key.flatMap(\.label) ?? action.binding.label)
            return []
        }
        if action.actsOnTargets { tasks.pinSelection() }
        switch action {
        case .pause: return perform(.pause, on: targets.ids)
        case .resume: return perform(.resume, on: targets.ids)
        case .terminate: confirmEnd(by: .terminate)
        case .kill: confirmEnd(by: .kill)
        case .raise: return changePriority(by: 1)
        case .lower: return changePriority(by: -1)
        case .setPriority: openPriorityPrompt()
        case .moveFirst: return move(to: .first)
        case .moveLast: return move(to: .last)
        case .pauseQueue: return [.setQueuePaused(!queue.isPaused)]
        case .newTask: return openForm()
        case .duplicate: return duplicate()
        case .runAgain: return runAgain()
        case .detail: return openDetail()
        case .search where searchScope != nil: beginSearch()
        case .tag, .tagAll, .tagRange, .invertTags, .untagAll, .search, .sort, .reverse, .hideFinished, .timeRange,
            .clock:
            performInTable(action)
        case .neighbor: move(key.flatMap(DashboardAction.neighborStep) == -1 ? .up : .down)
        case .find where searchScope != nil: beginSearch()
        case .find, .filter: beginFilter()
        case .copy: openCopyMenu()
        case .save: openFilePrompt()
        case .dump: openDump()
        case .nextMatch, .sortDirectly: break
        case .nextPane: switchPane(by: key == .backTab ? -1 : 1)
        case .follow where focus == .output, .wrap where focus == .output, .streams: performInOutput(action)
        case .logHeight, .follow, .level, .onlySelected, .wrap: performInLog(action)
        case .help: overlays.append(.help(ScrollOffset()))
        case .mouse: return toggleMouse()
        case .redraw: return [.terminal(.redraw)]
        case .suspend: return suspend()
        case .quit: return quit()
        case .endService: return endService()
        }
        return []
    }

    /// Performs an action that changes only the table.
    private mutating func performInTable(_ action: DashboardAction) {
        switch action {
        case .tag, .tagAll, .tagRange, .invertTags:
            guard !tasks.order.isEmpty else { return showMessage(.failure, "no task is shown that could be tagged") }
            tag(by: action)
        case .untagAll:
            if tasks.tags.isEmpty { showMessage(.failure, "no task is tagged") }
            tasks.untagAll()
        case .search: beginRowSearch()
        case .sort:
            overlays.append(
                .menu(Menu(purpose: .sort, index: TaskColumn.allCases.firstIndex(of: tasks.sortColumn) ?? 0)))
        case .reverse: tasks.reverse()
        case .hideFinished: tasks.changeScope { $0.hidesFinished.toggle() }
        case .timeRange:
            overlays.append(.menu(Menu(purpose: .time, index: tasks.scope.timeRange.choiceIndex)))
        case .clock: tasks.toggleAges()
        default: break
        }
    }

    /// Performs an action that changes only the log.
    private mutating func performInLog(_ action: DashboardAction) {
        switch action {
        case .logHeight: toggleLogHeight()
        case .follow: log.toggleFollow()
        case .level: log.nextLevel()
        case .onlySelected:
            logFollowsSelection.toggle()
            if !logFollowsSelection { log.setTask(nil) }
        case .wrap: log.toggleWrap()
        default: break
        }
    }

    /// Changes the tags of the shown tasks.
    private mutating func tag(by action: DashboardAction) {
        switch action {
        case .tag:
            tasks.tag { tags, selection, _ in if let selection { tags.toggle(selection) } }
            tasks.move(.down, page: layout.tableRows)
        case .tagAll: tasks.tag { tags, _, shown in tags.insert(shown) }
        case .tagRange:
            tasks.tag { tags, selection, shown in if let selection { tags.insertRange(to: selection, in: shown) } }
        case .invertTags: tasks.tag { tags, _, shown in tags.invert(shown) }
        default: break
        }
    }

    /// Sorts by a column, or reverses the order if the table is sorted by it already.
    mutating func sort(by column: TaskColumn, by key: Key) -> [DashboardCommand] {
        if focus == .log {
            showTableOnlyMessage(key.label ?? "")
        } else {
            tasks.sort(by: column)
        }
        return []
    }

    private mutating func showTableOnlyMessage(_ label: String) {
        showMessage(.failure, "\(label) works in the table; Tab goes there")
    }

    /// Moves the focus among the panes that are shown.
    private mutating func switchPane(by step: Int) {
        let panes: [Pane] = sideOutput == nil ? [.table, .log] : [.table, .output, .log]
        if focus == .log { logIsFull = false }
        let index = (panes.firstIndex(of: focus) ?? 0) + step
        focus = panes[(index + panes.count) % panes.count]
        // Without room for both panes, the log covers the table.
        if focus == .log, layout.log.height == 0 { logIsFull = true }
    }

    mutating func toggleLogHeight() {
        logIsFull.toggle()
        focus = logIsFull ? .log : .table
    }

    private mutating func toggleMouse() -> [DashboardCommand] {
        guard capabilities.hasMouse else {
            showMessage(.failure, "this terminal has no mouse")
            return []
        }
        mouseIsOn.toggle()
        showMessage(
            .success, "the mouse is " + (mouseIsOn ? "on; hold Shift to select text" : "off; select text as usual"))
        return [.terminal(.setMouse(mouseIsOn))]
    }

    private mutating func suspend() -> [DashboardCommand] {
        guard capabilities.canSuspend else {
            showMessage(.failure, "there is no shell that could continue taskdeck")
            return []
        }
        return [.terminal(.suspend)]
    }
}
