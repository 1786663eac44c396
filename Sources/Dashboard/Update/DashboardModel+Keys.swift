// Dispatch of input. The bindings themselves are in the folder `Keys`.
extension DashboardModel {
    mutating func handle(_ input: TerminalInput) -> [DashboardCommand] {
        switch input {
        case .key(let key): return handle(key)
        case .paste(let text): if !hasUnshownQuestion { paste(text) }
        case .mouse(let event): return layout.isTooSmall || hasUnshownQuestion ? [] : handle(event)
        case .resized(let size):
            self.size = size
            writeDetail()
        case .resumed:
            // Input typed while the process was stopped was meant for another program.
            markQuestion(isShown: false)
            return [.terminal(.redraw)]
        case .hungUp: return [.hangUp]
        }
        return []
    }

    private mutating func handle(_ key: Key) -> [DashboardCommand] {
        let action = DashboardAction(key)
        if let action, action.isGlobal { return perform(action) }
        // A key pressed before the question was on the screen does not answer it.
        if hasUnshownQuestion { return [] }
        if key == DashboardAction.interruptKey { return interrupt() }
        if !layout.isTooSmall {
            if isTypingSearch {
                handleSearchInputKey(key)
                return []
            }
            if handleSearchKey(key) { return [] }
        }
        if let overlay = overlays.last, overlay.isQuestion || !layout.isTooSmall { return handle(key, in: overlay) }
        if layout.isTooSmall { return action == .quit ? perform(.quit) : [] }
        switch paneInput {
        case .filter(let field):
            handleFilterKey(key, field)
            return []
        case .rowSearch:
            handleRowSearchKey(key)
            return []
        case nil: break
        }
        if key == .escape {
            stepBack()
            return []
        }
        // Outside overlays `l` is the key of the log: there is nothing to move to at the left or right.
        if let action { return perform(action, by: key) }
        if let column = TaskColumn(sortedBy: key) { return sort(by: column, by: key) }
        if let motion = Motion(key) { move(motion) }
        return []
    }

    /// Asks for confirmation to quit; the second time, quits.
    private mutating func interrupt() -> [DashboardCommand] {
        if case .confirmation(let confirmation) = overlays.last {
            overlays.removeLast()
            if confirmation.purpose == .quit { return [.quit] }
        }
        return perform(.quit)
    }

    /// Goes back one step.
    private mutating func stepBack() {
        if !tasks.tags.isEmpty {
            tasks.untagAll()
        } else if focus == .log, !log.filter.isEmpty {
            log.setFilter("")
        } else if focus == .table, !tasks.filter.isEmpty {
            tasks.changeScope { $0.filter = "" }
        } else if logIsFull {
            toggleLogHeight()
        } else if focus != .table {
            focus = .table
        } else {
            message = nil
        }
    }

    mutating func move(_ motion: Motion) {
        switch focus {
        case .table: tasks.move(motion, page: layout.tableRows)
        case .log: log.move(motion, page: layout.logLines)
        case .output: withOutput { $0.move(motion, $1) }
        }
    }
}
