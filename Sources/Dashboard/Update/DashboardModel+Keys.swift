import TaskModel

// What keys do; which key does what stands in DashboardAction and Motion.
extension DashboardModel {
    mutating func take(_ input: TerminalInput) -> [DashboardCommand] {
        switch input {
        case .key(let key): return take(key)
        case .paste(let text): paste(text)
        case .mouse(let event): return layout.isTooSmall || hasUnshownQuestion ? [] : take(event)
        case .resized(let size):
            self.size = size
            writeDetail()
        case .resumed:
            // What was typed meanwhile was meant for another program.
            markQuestion(isShown: false)
            return [.terminal(.redraw)]
        case .hungUp: return [.hangUp]
        }
        return []
    }

    private mutating func take(_ key: Key) -> [DashboardCommand] {
        // Wherever one is.
        switch key {
        case .control("l"): return [.terminal(.redraw)]
        case .control("z"): return perform(.suspend)
        // Pressed before the question was on the screen, and so no answer to it.
        case _ where hasUnshownQuestion: return []
        case .control("c"): return interrupt()
        default: break
        }
        if let overlay = overlays.last, overlay.isQuestion || !layout.isTooSmall { return take(key, over: overlay) }
        if layout.isTooSmall { return key == .character("q") ? perform(.quit) : [] }
        if filterField != nil {
            takeForFilter(key)
            return []
        }
        if key == .escape {
            goBack()
            return []
        }
        // Among the panes `l` is the log's key, as `h` has no left to go to.
        if let action = DashboardAction(key) { return perform(action) }
        if let motion = Motion(key) { move(motion) }
        return []
    }

    /// Ctrl-C asks, and a second time means it.
    private mutating func interrupt() -> [DashboardCommand] {
        if case .confirmation(let asked) = overlays.last {
            overlays.removeLast()
            if asked.purpose == .quit { return [.quit] }
        }
        return perform(.quit)
    }

    /// One step back, and only one.
    private mutating func goBack() {
        if !tasks.tags.isEmpty {
            tasks.untagAll()
        } else if focus == .log, !log.filter.isEmpty {
            log.setFilter("")
        } else if focus == .table, !tasks.filter.isEmpty {
            tasks.setFilter("")
        } else if logIsFull {
            toggleLogHeight()
        } else if focus == .log {
            focus = .table
        } else {
            message = nil
        }
    }

    mutating func move(_ motion: Motion) {
        switch focus {
        case .table: tasks.move(motion, page: layout.tableRows)
        case .log: log.move(motion, page: layout.logLines)
        }
    }

    // MARK: - The filter's line

    private mutating func takeForFilter(_ key: Key) {
        switch key {
        case .escape:
            filterField = nil
            applyFilter("")
        case .enter: filterField = nil
        case .up, .down, .pageUp, .pageDown: Motion(key).map { move($0) }
        default:
            guard filterField?.take(key) == true else { return }
            applyFilter(filterField?.text ?? "")
        }
    }

    private mutating func applyFilter(_ text: String) {
        switch focus {
        case .table: tasks.setFilter(text)
        case .log: log.setFilter(text)
        }
    }

    private mutating func paste(_ text: String) {
        if case .prompt(var prompt) = overlays.last {
            prompt.field.insert(text)
            prompt.problem = nil
            return replaceTop(by: .prompt(prompt))
        }
        if case .form(var form) = overlays.last {
            form.edit { field in
                field.insert(text)
                return true
            }
            overlays[overlays.count - 1] = .form(form)
        } else if overlays.isEmpty, filterField != nil {
            filterField?.insert(text)
            applyFilter(filterField?.text ?? "")
        } else {
            say(.failure, "pasted text has no place here; nothing was done with it")
        }
    }

    // MARK: - Actions

    mutating func perform(_ action: DashboardAction) -> [DashboardCommand] {
        switch action {
        case .pause: return perform(.pause, on: targets)
        case .resume: return perform(.resume, on: targets)
        case .terminate: return perform(.terminate, on: targets)
        case .kill: askToKill()
        case .tag:
            tasks.toggleTag()
            tasks.move(.down, page: layout.tableRows)
        case .untagAll: tasks.untagAll()
        case .newTask: openForm()
        case .duplicate: return duplicate()
        case .runAgain: return runAgain()
        case .raise: return changePriority(by: 1)
        case .lower: return changePriority(by: -1)
        case .holdQueue: return [.holdQueue(!queue.isHeld)]
        case .detail: return openDetail()
        case .find, .filter: filterField = TextField(focus == .table ? tasks.filter : log.filter)
        case .sort:
            overlays.append(
                .menu(Menu(purpose: .sort, index: TaskColumn.allCases.firstIndex(of: tasks.sortColumn) ?? 0)))
        case .reverse: tasks.reverse()
        case .hideFinished: tasks.toggleHidesFinished()
        case .timeRange:
            tasks.nextAgeLimit()
            say(.success, tasks.ageLimit.text)
        case .tagAll, .tagRange, .invertTags, .setPriority, .moveFirst, .moveLast, .nextMatch, .sortDirectly, .clock,
            .dump, .copy, .save, .neighbour:
            break
        case .nextPane: switchPane()
        case .logHeight: toggleLogHeight()
        case .follow: log.toggleFollow()
        case .level: log.nextLevel()
        case .onlySelected: log.setTask(log.task == nil ? tasks.selection : nil)
        case .wrap: log.toggleWrap()
        case .help: overlays.append(.help(0))
        case .mouse: return toggleMouse()
        case .redraw: return [.terminal(.redraw)]
        case .suspend: return suspend()
        case .quit: return quit()
        }
        return []
    }

    private mutating func askToKill() {
        let alive = targets.filter { tasks.rows[$0]?.record.state.isFinal == false }
        guard !alive.isEmpty else {
            let names = targets.map(name).joined(separator: ", ")
            say(.failure, names.isEmpty ? "there is no task to kill" : "already finished: \(names)")
            return
        }
        overlays.append(.confirmation(Confirmation(purpose: .kill(alive))))
    }

    private mutating func duplicate() -> [DashboardCommand] {
        let originals = targets.compactMap { tasks.rows[$0]?.record }
        if originals.isEmpty { say(.failure, "there is no task to duplicate") }
        return originals.map { .submit(Self.draft(from: $0), from: .copy(of: $0.id)) }
    }

    mutating func openDetail() -> [DashboardCommand] {
        guard let id = tasks.selection, detailedTask == nil else { return [] }
        overlays.append(.detail(DetailPane(id)))
        writeDetail()
        return readDetail()
    }

    private mutating func switchPane() {
        if focus == .log {
            logIsFull = false
            focus = .table
        } else {
            focus = .log
            // Where there is no room for both, the log takes all.
            if layout.log.height == 0 { logIsFull = true }
        }
    }

    private mutating func toggleLogHeight() {
        logIsFull.toggle()
        focus = logIsFull ? .log : .table
    }

    private mutating func toggleMouse() -> [DashboardCommand] {
        guard capabilities.hasMouse else {
            say(.failure, "this terminal has no mouse")
            return []
        }
        mouseIsOn.toggle()
        say(.success, "the mouse is " + (mouseIsOn ? "on; hold Shift to select text" : "off; select text as usual"))
        return [.terminal(.setMouse(mouseIsOn))]
    }

    private mutating func suspend() -> [DashboardCommand] {
        guard capabilities.canSuspend else {
            say(.failure, "there is no shell that could continue taskdeck")
            return []
        }
        return [.terminal(.suspend)]
    }

    private mutating func quit() -> [DashboardCommand] {
        if tasks.aliveCount == 0 || isShuttingDown { return [.quit] }
        overlays.append(.confirmation(Confirmation(purpose: .quit)))
        return []
    }
}
