import TaskModel

// Requests on several tasks at once, with a single message about the results.
extension DashboardModel {
    // MARK: - Actions on workers

    /// Requests an action on each of these tasks that has not ended.
    mutating func perform(_ action: TaskAction, on ids: [TaskID]) -> [DashboardCommand] {
        guard !ids.isEmpty else {
            showMessage(.failure, "there is no task to \(action.rawValue)")
            return []
        }
        let alive = alive(among: ids)
        let batch = ActionBatch(.action(action), of: makeTargets(of: ids), refusals: [.ended: ids.count - alive.count])
        guard begin(batch) else { return [] }
        let several = batch.targets.count > 1
        showMessage(
            .pending,
            "\(action.rawValue) \(batch.targets.text(glyphs)): waiting for the \(several ? "workers" : "worker")")
        return alive.map { id in
            pendingActions[id] = action
            return .perform(ActionTicket(batch: lastBatch, action: action, id: id))
        }
    }

    mutating func apply(_ result: Result<TaskRecord, TaskError>, of ticket: ActionTicket) {
        if pendingActions[ticket.id] == ticket.action { pendingActions[ticket.id] = nil }
        apply(result, toBatch: ticket.batch)
    }

    /// Targets for these tasks, with the ones that are not visible now.
    func makeTargets(of ids: [TaskID]) -> Targets {
        if ids.count == 1, detailedTask == ids[0] { return Targets(source: .detail(ids[0]), hidden: [:]) }
        let hidden = Dictionary(ids.compactMap { id in tasks.hiddenCause(of: id).map { ($0, 1) } }, uniquingKeysWith: +)
        return Targets(source: ids.count == 1 ? .selection(ids[0]) : .tags(Set(ids)), hidden: hidden)
    }

    // MARK: - Batches

    /// Registers a batch.
    ///
    /// - Returns: Whether there is anything to request; if not, a message explains why.
    mutating func begin(_ batch: ActionBatch) -> Bool {
        guard batch.pendingCount > 0 else {
            finish(batch)
            return false
        }
        lastBatch += 1
        batches[lastBatch] = batch
        return true
    }

    /// Registers an expected answer to the latest batch.
    mutating func expectAnswer(_ answer: BatchAnswer) {
        expectedAnswers[answer, default: []].append(lastBatch)
    }

    /// Applies an answer to the oldest batch that expects it.
    mutating func apply(_ result: Result<TaskRecord, TaskError>, to answer: BatchAnswer) {
        guard var numbers = expectedAnswers[answer], !numbers.isEmpty else { return }
        let number = numbers.removeFirst()
        expectedAnswers[answer] = numbers.isEmpty ? nil : numbers
        apply(result, toBatch: number)
    }

    private mutating func apply(_ result: Result<TaskRecord, TaskError>, toBatch number: Int) {
        guard var batch = batches[number] else { return }
        batch.apply(result)
        batches[number] = batch.pendingCount > 0 ? batch : nil
        if batch.pendingCount == 0 { finish(batch) }
    }

    private mutating func finish(_ batch: ActionBatch) {
        showMessage(
            batch.isSuccess ? .success : .failure, batch.targets.count == 1 ? sentence(for: batch) : summary(of: batch))
    }

    private func summary(of batch: ActionBatch) -> String { batch.summary { sentence(for: $0, batch.failureText) } }

    /// The outcome on a single task.
    private func sentence(for batch: ActionBatch) -> String {
        let hidden = batch.targets.hidden.isEmpty ? "" : " (\(batch.targets.hiddenText))"
        guard let record = batch.firstDone else {
            if let error = batch.firstError { return sentence(for: error, batch.failureText) }
            return refusal(of: batch)
        }
        let task = "\(name(record.id)) \(record.type)\(hidden)"
        switch batch.request {
        case .action:
            return "\(task) is \(record.state.rawValue)"
                + (record.termination.map { ", by \($0.stage.rawValue) in \($0.milliseconds) ms" } ?? "")
        case .priority: return "\(name(record.id))\(hidden) has priority \(record.options.priority)"
        case .move(let end):
            return "\(name(record.id))\(hidden) is \(end.rawValue) among tasks of priority \(record.options.priority)"
        case .runAgain:
            // The hidden task is the original.
            let original = hidden.isEmpty ? "" : ", from \(batch.targets.text(glyphs))"
            return submissionText(for: record) + original
        }
    }

    /// The outcome of a submission: `…A8Q4ZE process_data is queued, number 2`.
    func submissionText(for record: TaskRecord) -> String {
        let position = record.queuePosition.map { ", number \($0)" } ?? ""
        let outcome = record.state == .queued ? "is queued\(position)" : "was started"
        return "\(name(record.id)) \(record.type) \(outcome)"
    }

    /// The reason why nothing was requested on a single task.
    private func refusal(of batch: ActionBatch) -> String {
        guard let id = batch.targets.ids.first, let record = tasks.rows[id]?.record else { return "" }
        let isHighest = record.options.priority > 0
        for (refusal, count) in batch.refusals where count > 0 {
            switch refusal {
            case .ended: return "\(name(id)) has already ended: it is \(record.state.rawValue)"
            case .notEnded: return "\(name(id)) has not ended; d fills in the form for another one"
            case .notWaiting: return "only tasks that wait can be moved; \(name(id)) is \(record.state.rawValue)"
            case .noWorker: return "\(name(id)) has no worker yet"
            case .priorityLimit:
                let limit = isHighest ? TaskOptions.priorities.upperBound : TaskOptions.priorities.lowerBound
                return "\(name(id)) has priority \(limit), and there is none beyond"
            }
        }
        return ""
    }
}
