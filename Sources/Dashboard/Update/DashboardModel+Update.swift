import TaskControl
package import TaskModel

extension DashboardModel {
    /// Applies an event.
    ///
    /// - Returns: The resulting commands, in order.
    package mutating func update(_ event: DashboardEvent, at now: Moment) -> [DashboardCommand] {
        self.now = now
        var commands: [DashboardCommand] = []
        switch event {
        case .input(let input): commands = handle(input)
        case .shown: markQuestion(isShown: true)
        case .ticked: commands = tick()
        case .typesChanged(let types):
            taskTypes = types
            withForm { $0.replaceTypes(by: types) }
        case .listening(let address, let needsToken): (self.address, self.needsToken) = (address, needsToken)
        case .tasksChanged(let changes): commands = apply(changes)
        case .logged(let records): log.append(records)
        case .usageRead(let readings): apply(readings)
        case .performed(let ticket, let result): apply(result, of: ticket)
        case .submitted(let origin, let result): apply(result, from: origin)
        case .prioritized(let id, let result): apply(result, toPriorityOf: id)
        case .moved(let id, _, let result): apply(result, to: .move(id))
        case .saved(let path, let result): apply(result, ofSavingTo: path)
        case .pathCompleted(let path, let completion): apply(completion, of: path)
        case .queueChanged(let result): apply(result)
        case .detailRead(let id, let detail):
            commands = apply(detail, of: id)
            withForm { form in
                if form.original == id, form.isReading { form.fill(data: detail?.record.data) }
            }
        case .outputGrew(let id): if output?.id == id { output?.markGrown() }
        case .outputRead(let id, let query, let result): apply(result, of: id, for: query)
        case .outputCopied(let id, let result): commands = copy(result, of: id)
        case .lastLineRead(let id, let text): lastLines.apply(text, of: id)
        case .resultCopied(let id, let result): commands = copy(result, ofTask: id)
        case .shutdownBegun:
            isShuttingDown = true
            dropQuitQuestion()
        case .serviceReached(let health): apply(health)
        case .serviceLost(let reason): attachment?.markLost(reason, at: now)
        case .serviceVersion(let version): attachment?.setVersion(version)
        case .serviceEndRequested(let result): apply(result)
        }
        refresh()
        return commands + updateSide() + updateOutput() + updateLastLines()
    }

    mutating func markQuestion(isShown: Bool) {
        if case .confirmation(var confirmation) = overlays.last {
            confirmation.isShown = isShown
            replaceTop(by: .confirmation(confirmation))
        } else if case .prompt(var prompt) = overlays.last, case .priority = prompt.purpose {
            prompt.isShown = isShown
            replaceTop(by: .prompt(prompt))
        }
    }

    /// Recomputes the state that depends on tasks, log and screen size, and clamps scroll offsets.
    private mutating func refresh() {
        growLog()
        let layout = layout
        tasks.refresh(page: layout.tableRows, at: pictureTime)
        if layout.log.height == 0, !logIsFull { focus = .table }
        if focus == .output, overlays.isEmpty, sideOutput == nil { focus = .table }
        let page = detailTextLines
        withDetail { $0.clamp(page: page) }
        updateDump()
        updateLog()
        if case .help(var offset) = overlays.last {
            offset.clamp(count: HelpText.lines.count, page: HelpText.page(on: size))
            replaceTop(by: .help(offset))
        }
    }

    // MARK: - Time

    private mutating func tick() -> [DashboardCommand] {
        if let message, message.until <= now.uptime { self.message = nil }
        // The picture stays as it is.
        if isCutOff { return [] }
        tasks.tick(at: now.wall)
        var commands: [DashboardCommand] = []
        if tasks.aliveCount > 0 {
            if !isReadingUsage { commands.append(.readUsage) }
            isReadingUsage = true
        } else {
            usage.add(cpuPercent: 0, memory: MemoryUsage())
        }
        if let id = detailedTask ?? side?.id, let row = tasks.rows[id],
            !row.record.state.isFinal || hasFailedDetail
        {
            markDetailStale(id)
        }
        writeDetail()
        commands += readDetail()
        return commands
    }

    private mutating func apply(_ readings: [TaskID: WorkerUsage]) {
        isReadingUsage = false
        tasks.apply(readings, at: now.uptime)
        var cpuPercent = 0.0
        var memory = MemoryUsage()
        for id in readings.keys {
            guard let used = tasks.rows[id]?.usage else { continue }
            cpuPercent += used.cpuPercent ?? 0
            memory.add(used.memoryBytes)
        }
        usage.add(cpuPercent: cpuPercent, memory: memory)
    }

    // MARK: - Tasks

    private mutating func apply(_ changes: TaskChanges) -> [DashboardCommand] {
        tasks.apply(changes, at: now.uptime)
        attachment?.isLoading = !changes.isComplete
        queue = changes.queue
        updateAlarms(by: changes)
        if let taskToSelect, tasks.rows[taskToSelect] != nil {
            tasks.select(taskToSelect)
            self.taskToSelect = nil
        }
        if let id = detailedTask, tasks.rows[id] == nil { closeDetail(of: id) }
        for id in [detailedTask, side?.id].compactMap(\.self) {
            guard let record = changes.changed.last(where: { $0.id == id }) else { continue }
            writeDetail()
            // The last lines of a worker's log explain its end.
            if record.state.isFinal { markDetailStale(id) }
            if output?.id == id { output?.updateAttempt(of: record) }
        }
        return readDetail()
    }

    // MARK: - Answers

    private mutating func apply(_ result: Result<TaskRecord, TaskError>, from origin: SubmissionOrigin) {
        switch (origin, result) {
        case (.copy(let id), _):
            let isSingle = batches[expectedAnswers[.copy(id)]?.first ?? 0]?.targets.count == 1
            apply(result, to: .copy(id))
            if isSingle, case .success(let record) = result { selectNew(record.id) }
        case (.form, .success(let record)):
            offeredType = record.type
            overlays.removeAll { if case .form(let form) = $0 { form.isSubmitting } else { false } }
            showMessage(.success, submissionText(for: record))
            selectNew(record.id)
        case (.form, .failure(let error)): showRefusal(error)
        }
    }

    /// Shows an error in the form that was submitted, if it is still open, and as a message.
    private mutating func showRefusal(_ error: TaskError) {
        let sentence = sentence(for: error, "the task was not accepted")
        var refused: TaskForm?
        withForm { form in
            guard form.isSubmitting else { return }
            form.showRefusal(error, sentence)
            refused = form
        }
        guard let form = refused, form.problem == nil else { return showMessage(.failure, sentence) }
        showMessage(.failure, messageForProblem(in: form) ?? "not accepted; the form says why")
    }

    /// Selects a new task, now or once its record arrives.
    private mutating func selectNew(_ id: TaskID) {
        tasks.select(id)
        taskToSelect = tasks.rows[id] == nil ? id : nil
    }

    // MARK: - Overlays

    mutating func withForm(_ change: (inout TaskForm) -> Void) {
        for (index, overlay) in overlays.enumerated() {
            guard case .form(var form) = overlay else { continue }
            change(&form)
            overlays[index] = .form(form)
        }
    }
}
