import TaskModel
import TaskTypes

/// A task control without workers: actions have their effect at once, or fail as they are told to.
actor FakeTaskControl: TaskControl {
    private(set) var records: [TaskRecord] = []
    private var ids = TaskIDGenerator()
    private var random = SystemRandomNumberGenerator()
    private var failure: TaskError?
    private var worker = TaskDetail.Worker.status(["pid": 42])

    /// Makes the next action or submission fail.
    func fail(by error: TaskError) {
        failure = error
    }

    func answerDetail(by worker: TaskDetail.Worker) {
        self.worker = worker
    }

    func add(_ type: String, _ state: TaskState) -> TaskID {
        let id = ids.next(at: Timestamp(milliseconds: 0), using: &random)
        records.append(
            TaskRecord(
                id: id, type: type, data: [:], state: state, progress: TaskProgress(done: 0, total: 1),
                createdAt: Timestamp(milliseconds: 0)))
        return id
    }

    func submit(_ draft: TaskDraft) throws(TaskError) -> TaskRecord {
        try throwFailure()
        let task = try TaskTypeRegistry.check(draft)
        let id = add(task.type, .starting)
        records[records.count - 1].data = task.data
        return try record(id)
    }

    func perform(_ action: TaskAction, on id: TaskID) throws(TaskError) -> TaskRecord {
        try throwFailure()
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
        return record
    }

    func task(_ id: TaskID) -> TaskRecord? {
        records.first { $0.id == id }
    }

    func detail(_ id: TaskID) -> TaskDetail? {
        task(id).map { TaskDetail(record: $0, worker: worker, log: ["a line"]) }
    }

    func tasks(_ query: TaskQuery) -> TaskPage {
        let matching = records.filter { record in
            query.states?.contains(record.state) ?? true && query.type.map { $0 == record.type } ?? true
        }
        let page = matching.filter { record in query.after.map { record.id > $0 } ?? true }
        return TaskPage(tasks: Array(page.prefix(query.limit ?? .max)), total: matching.count)
    }

    func health() -> ServiceHealth {
        ServiceHealth(uptimeMilliseconds: 1500, counts: [.running: 2], isShuttingDown: false)
    }

    func updates() -> any AsyncSequence<[TaskRecord], Never> & Sendable {
        AsyncStream { [records] continuation in
            continuation.yield(records)
            continuation.finish()
        }
    }

    func usage() -> [TaskID: WorkerUsage] { [:] }

    nonisolated func taskTypes() -> [TaskTypeDescription] { TaskTypeRegistry.descriptions }

    private func record(_ id: TaskID) throws(TaskError) -> TaskRecord {
        guard let record = task(id) else { throw .notFound(id.description) }
        return record
    }

    private func throwFailure() throws(TaskError) {
        defer { failure = nil }
        if let failure { throw failure }
    }
}
