package import TaskModel
import TaskStore
import TaskTypes

// What clients ask.
extension TaskService: TaskControl {
    package func submit(_ draft: TaskDraft, key: IdempotencyKey?) async throws(TaskError) -> Submission {
        guard !board.isShuttingDown else { throw .shuttingDown }
        let task = try TaskTypeRegistry.check(draft)
        if let reason = launcher.shortage() { throw .resourcesExhausted(reason: reason) }
        let now = clock.now.wall
        let record = TaskRecord(
            id: ids.next(at: now), type: task.type, data: task.data, options: task.options, state: .queued,
            progress: TaskProgress(done: 0, total: task.work.units), createdAt: now)
        let keyed = key.map { TaskStore.Keyed(key: $0, request: JSONValue.object(draft.members).jsonText) }
        let hasPlace = reservePlace(for: task.options)
        let addition: TaskStore.Addition
        do throws(StoreError) {
            addition = try await store.add(record, keyed, isActive: hasPlace)
            note(nil)
        } catch {
            if hasPlace { receive(.placeReturned) }
            note(error)
            throw TaskError(error)
        }
        // What is on disk starts with the next service, if this one has begun to end meanwhile.
        let isKept = store.isDurable || !board.isShuttingDown
        if hasPlace, addition != .added || !isKept { receive(.placeReturned) }
        switch addition {
        case .added:
            guard isKept else { throw .shuttingDown }
            receive(.submitted(record, hasPlace: hasPlace))
            return Submission(record: board.record(record.id, at: clock.now) ?? record, isNew: true)
        case .known(let id):
            guard let known = try await self.task(id) else { throw .notFound(id.description) }
            return Submission(record: known, isNew: false)
        case .keyReused:
            guard let key else { return Submission(record: record, isNew: true) }
            throw .keyReused(key)
        }
    }

    package func perform(_ action: TaskAction, on id: TaskID) async throws(TaskError) -> TaskRecord {
        if board.entries[id] == nil, let record = try await stored(id) {
            throw .invalidState(id, action: action, current: record.state)
        }
        return try await request(action, on: id).get()
    }

    package func setPriority(_ priority: Int, of id: TaskID) async throws(TaskError) -> TaskRecord {
        guard let record = try await task(id) else { throw .notFound(id.description) }
        guard board.entries[id]?.phase.isIdle == true else { throw .notQueued(id, current: record.state) }
        try await stored { () async throws(StoreError) in try await store.setPriority(priority, of: id) }
        // It may have been started meanwhile, which is as if it had been before.
        guard let entry = board.entries[id] else { throw .notFound(id.description) }
        guard entry.phase.isIdle else { throw .notQueued(id, current: entry.phase.state) }
        receive(.prioritized(id, priority))
        return board.record(id, at: clock.now) ?? record
    }

    package func queue() -> QueueStatus { board.queue }

    package func holdQueue(_ isHeld: Bool) async throws(TaskError) -> QueueStatus {
        try await stored { () async throws(StoreError) in try await store.setHeld(isHeld) }
        receive(.held(isHeld))
        return board.queue
    }

    package func task(_ id: TaskID) async throws(TaskError) -> TaskRecord? {
        if let record = board.record(id, at: clock.now) { return record }
        return try await stored(id)
    }

    package func detail(_ id: TaskID) async throws(TaskError) -> TaskDetail? {
        guard let entry = board.entries[id] else {
            return try await stored(id).map { record in
                TaskDetail(record: record, worker: .unavailable("the task is \(record.state.rawValue)"), log: [])
            }
        }
        let worker: TaskDetail.Worker
        if entry.phase.state.isFinal {
            worker = .unavailable("the task is \(entry.phase.state.rawValue)")
        } else if let address = entry.address {
            worker = await client.status(at: address)
        } else if entry.phase.isIdle {
            worker = .unavailable("the task has no worker yet")
        } else {
            worker = .unavailable("the worker has not opened its port yet")
        }
        // Asking took time, so the record is taken only now.
        return board.record(id, at: clock.now).map { record in
            TaskDetail(record: record, worker: worker, log: logs[id].map { Array($0.lines) } ?? [])
        }
    }

    package func tasks(_ query: TaskQuery) async throws(TaskError) -> TaskPage {
        guard query.states?.contains(where: \.isFinal) ?? true, board.isWindowed else {
            return page(query)
        }
        let types = board.tally.types
        let stored = try await stored { () async throws(StoreError) in try await store.finished(query, types: types) }
        // What is in memory may be newer than what was read, and has been told already.
        var tasks = page(query).tasks
        tasks += stored.filter { board.entries[$0.id] == nil }
        tasks.sort { $0.id < $1.id }
        return TaskPage(tasks: Array(tasks.prefix(query.limit ?? .max)), total: board.tally.count(query))
    }

    package func current(since time: Timestamp) -> [TaskRecord] {
        let now = clock.now
        return (board.alive(at: now) + board.finished(since: time, at: now)).sorted { $0.id < $1.id }
    }

    package func health() -> ServiceHealth {
        ServiceHealth(
            uptimeMilliseconds: clock.now.uptime.wholeMilliseconds, counts: board.tally.byState,
            isShuttingDown: board.isShuttingDown, storeTrouble: storeTrouble?.description)
    }

    package func updates() -> any AsyncSequence<TaskChanges, Never> & Sendable {
        let (reader, signals) = feed.addReader(knowing: board.entries.keys)
        if isDrained { feed.finish() }
        return signals.map { await self.takeChanges(for: reader) }
    }

    private func takeChanges(for reader: ChangeFeed.Reader) -> TaskChanges {
        let now = clock.now
        var changes = TaskChanges(queue: board.queue)
        for id in feed.take(for: reader) {
            if let record = board.record(id, at: now) {
                changes.changed.append(record)
            } else {
                changes.removed.append(id)
            }
        }
        return changes
    }

    package nonisolated func usage() async -> [TaskID: WorkerUsage] {
        // Reading takes a moment for every worker, which the actor has better use for.
        await processes().compactMapValues(ProcessUsage.read)
    }

    private func processes() -> [TaskID: Int32] {
        groups.mapValues(\.id)
    }

    package nonisolated func taskTypes() -> [TaskTypeDescription] {
        TaskTypeRegistry.descriptions
    }

    // MARK: - The store

    private func stored(_ id: TaskID) async throws(TaskError) -> TaskRecord? {
        try await stored { () async throws(StoreError) in try await store.record(id) }
    }

    private func stored<Value: Sendable>(
        _ body: () async throws(StoreError) -> Value
    ) async throws(TaskError) -> Value {
        do throws(StoreError) {
            let value = try await body()
            return value
        } catch {
            throw TaskError(error)
        }
    }
}

extension TaskError {
    /// What a client is told of it.
    fileprivate init(_ error: StoreError) {
        self =
            switch error {
            case .full(let reason): .storageFull(reason: reason)
            case .unavailable(let reason): .storageUnavailable(reason: reason)
            case .closed: .shuttingDown
            }
    }
}
