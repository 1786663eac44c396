package import JSON
package import TaskControl
package import TaskModel
import TaskTypes

/// A task control without workers: actions have their effect at once, or fail by a chosen error.
package actor FakeTaskControl: TaskControl {
    package private(set) var records: [TaskRecord] = []
    private var ids = TaskIDGenerator()
    private var failure: TaskError?
    private var worker = TaskDetail.Worker.status(["pid": 42])
    /// The requested actions, in order.
    package private(set) var actions: [TaskAction] = []
    private var feed = ChangeFeed()
    /// The changes of the tasks; to be finished by the test that streams them.
    package nonisolated let journal = ChangeJournal()
    private var keys: [IdempotencyKey: (draft: TaskDraft, id: TaskID)] = [:]
    private var queueIsPaused = false
    private var suspendsActions = false
    private var suspendedActions: [CheckedContinuation<Void, Never>] = []
    /// The most tasks on a page.
    private var pageLimit = Int.max
    /// The number of removed tasks that pages still count.
    private var removedCount = 0

    package init() {}

    /// Makes the next action or submission fail.
    package func fail(by error: TaskError) {
        failure = error
    }

    /// Makes actions wait for ``resumeActions()``.
    package func suspendActions() {
        suspendsActions = true
    }

    /// Lets the actions that wait, and all later ones, have their effect.
    package func resumeActions() {
        suspendsActions = false
        for action in suspendedActions { action.resume() }
        suspendedActions = []
    }

    package func limitPages(to count: Int) { pageLimit = count }

    /// Makes pages count removed tasks, as while old tasks are being removed.
    package func countRemovedTasks(_ count: Int) { removedCount = count }

    package func answerDetail(by worker: TaskDetail.Worker) {
        self.worker = worker
    }

    package func add(_ type: String, _ state: TaskState, data: JSONText = [:]) -> TaskID {
        let id = ids.next(at: Timestamp(milliseconds: 0))
        records.append(
            TaskRecord(
                id: id, type: type, data: data, state: state, progress: TaskProgress(done: 0, total: 1),
                createdAt: Timestamp(milliseconds: 0)))
        markChanged(id)
        return id
    }

    /// Starts the next revision of a task.
    private func markChanged(_ id: TaskID) {
        guard let index = records.firstIndex(where: { $0.id == id }) else { return }
        records[index].revision += 1
        feed.markChanged([id])
        journal.record([(id, records[index].revision)])
    }

    /// Removes a task that has ended.
    package func remove(_ id: TaskID) {
        guard let record = task(id) else { return }
        records.removeAll { $0.id == id }
        journal.recordRemoval(of: [PrunedTask(id: id, type: record.type, state: record.state)])
    }

    package func setState(_ state: TaskState, of id: TaskID) {
        guard let index = records.firstIndex(where: { $0.id == id }) else { return }
        records[index].state = state
        markChanged(id)
    }

    package func setTitle(_ title: String, of id: TaskID) {
        guard let index = records.firstIndex(where: { $0.id == id }) else { return }
        records[index].title = title
        markChanged(id)
    }

    package func setError(_ error: String, of id: TaskID) {
        guard let index = records.firstIndex(where: { $0.id == id }) else { return }
        records[index].error = error
    }

    package func setResult(_ result: JSONText, of id: TaskID) {
        records = records.map { record in
            var record = record
            if record.id == id { record.result = result }
            return record
        }
    }

    package func submit(_ draft: TaskDraft, key: IdempotencyKey?) throws(TaskError) -> Submission {
        try throwFailure()
        let task = try TaskTypeRegistry.builtIn.check(draft)
        if let key, let known = keys[key] {
            guard known.draft == draft else { throw .keyReused(key) }
            return Submission(record: try record(known.id), isNew: false)
        }
        let id = add(task.type, .starting)
        records[records.count - 1].data = JSONText(task.data)
        (records[records.count - 1].name, records[records.count - 1].title) = (task.name, task.title)
        records[records.count - 1].options = task.options
        if let key { keys[key] = (draft, id) }
        markChanged(id)
        return Submission(record: try record(id), isNew: true)
    }

    package func runAgain(_ id: TaskID, key: IdempotencyKey?) throws(TaskError) -> Submission {
        try throwFailure()
        let earlier = try record(id)
        guard earlier.state.isFinal else { throw .notFinished(id, current: earlier.state) }
        let again = add(earlier.type, .queued, data: earlier.data ?? [:])
        records[records.count - 1].retryOf = id
        return Submission(record: try record(again), isNew: true)
    }

    package func reorder(_ id: TaskID, _ change: QueueChange) throws(TaskError) -> TaskRecord {
        try throwFailure()
        var record = try record(id)
        guard record.state == .queued else { throw .notQueued(id, current: record.state) }
        record.options.priority = change.priority ?? record.options.priority
        let orders = records.filter { $0.state == .queued }.map(\.queueOrder)
        switch change.position {
        case .first: record.queueOrder = (orders.min() ?? 0) - 1
        case .last: record.queueOrder = (orders.max() ?? 0) + 1
        case nil: break
        }
        records = records.map { $0.id == id ? record : $0 }
        markChanged(id)
        return record
    }

    package func queue() -> QueueStatus {
        QueueStatus(isPaused: queueIsPaused, maxRunning: 8, active: 1, queued: records.count { $0.state == .queued })
    }

    package func setQueuePaused(_ isPaused: Bool) throws(TaskError) -> QueueStatus {
        try throwFailure()
        queueIsPaused = isPaused
        journal.signalAll()
        return queue()
    }

    package func current(since time: Timestamp, waiting limit: Int) -> CurrentTasks {
        CurrentTasks(records: records.filter { !$0.state.isFinal }, othersWaiting: 0)
    }

    package func perform(_ action: TaskAction, on id: TaskID) async throws(TaskError) -> TaskRecord {
        try throwFailure()
        if suspendsActions { await withCheckedContinuation { suspendedActions.append($0) } }
        actions.append(action)
        var record = try record(id)
        guard !record.state.isFinal else { throw .invalidState(id, action: action, current: record.state) }
        record.state =
            switch action {
            case .pause: .paused
            case .resume: .running
            case .terminate: .terminated
            case .kill: .killed
            }
        records = records.map { $0.id == id ? record : $0 }
        markChanged(id)
        return record
    }

    package func task(_ id: TaskID) -> TaskRecord? {
        records.first { $0.id == id }
    }

    package func detail(_ id: TaskID) -> TaskDetail? {
        task(id).map { TaskDetail(record: $0, worker: worker, log: ["a line"]) }
    }

    package func tasks(_ query: TaskQuery, _ fields: RecordFields) -> TaskPage {
        let matching = records.filter { record in
            query.states?.contains(record.state) ?? true && query.type.map { $0 == record.type } ?? true
        }
        let rest = matching.filter { query.includes($0.id) }.sorted { query.isBefore($0.id, $1.id) }
        let page = rest.prefix(min(query.limit ?? .max, pageLimit))
        return TaskPage(
            tasks: page.map(EncodedRecord.init), total: matching.count + removedCount,
            next: page.count < rest.count ? page.last?.id : nil)
    }

    package func health() -> ServiceHealth {
        ServiceHealth(uptimeMilliseconds: 1500, counts: [.running: 2], isShuttingDown: false)
    }

    package func updates() -> any AsyncSequence<TaskChanges, Never> & Sendable {
        let (reader, signals) = feed.addReader()
        return signals.map { await self.nextChanges(for: reader) }
    }

    private func nextChanges(for reader: ChangeFeed.Reader) -> TaskChanges {
        let changed = feed.nextBatch(for: reader) { limit, id in
            records.map(\.id).filter { other in id.map { other < $0 } ?? true }.suffix(limit).reversed()
        }
        return TaskChanges(changed: records.filter { changed.contains($0.id) }, queue: queue())
    }

    package func usage() -> [TaskID: WorkerUsage] { [:] }

    package nonisolated func taskTypes() -> [TaskTypeDescription] { TaskTypeRegistry.builtIn.descriptions }

    private func record(_ id: TaskID) throws(TaskError) -> TaskRecord {
        guard let record = task(id) else { throw .notFound(id.description) }
        return record
    }

    private func throwFailure() throws(TaskError) {
        defer { failure = nil }
        if let failure { throw failure }
    }
}
