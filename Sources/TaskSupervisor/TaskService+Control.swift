import JSON
import NIOConcurrencyHelpers
import NIOPosix
import TaskBoard
package import TaskControl
package import TaskModel
import TaskStore
package import TaskTypes

// What clients read.
extension TaskService: TaskQueries, TaskEvents {
    package func queue() -> QueueStatus { queueStatus }

    package nonisolated func task(_ id: TaskID) async throws(TaskError) -> TaskRecord? {
        if let record = board.record(id, at: clock.now) { return try await complete(record) }
        return try await stored(id)
    }

    package func detail(_ id: TaskID) async throws(TaskError) -> TaskDetail? {
        guard let entry = board.entry(id) else {
            return try await stored(id).map { record in
                TaskDetail(record: record, worker: .unavailable("the task is \(record.state.rawValue)"), log: [])
            }
        }
        let worker: TaskDetail.Worker
        if entry.state.isFinal {
            worker = .unavailable("the task is \(entry.state.rawValue)")
        } else if let address = entry.address {
            let probe = await client.status(at: address)
            worker = probe.worker
            // Any other answer changes nothing, and an event is a new revision.
            if let isAnswering = probe.isAnswering, !isAnswering || board.entry(id)?.isAnswering == false {
                receive(.task(id, .probed(address, isAnswering: isAnswering)))
            }
        } else if entry.isQueued {
            worker = .unavailable("the task has no worker yet")
        } else {
            worker = .unavailable("the worker has not opened its port yet")
        }
        // Asking took time, so the record is read only now.
        guard let record = try await task(id) else { return nil }
        return TaskDetail(record: record, worker: worker, log: logs[id].map { Array($0.lines) } ?? [])
    }

    package nonisolated func encodedTask(
        _ id: TaskID, _ fields: RecordFields
    ) async throws(TaskError) -> EncodedRecord? {
        guard let record = board.encoded(id, at: clock.now) else { return try await stored(id).map(EncodedRecord.init) }
        guard fields == .all, record.lacksData else { return record }
        guard let data = try await storedData(of: [id])[id] else {
            // It had ended and is not kept any more.
            throw .notFound(id.description)
        }
        return record.withData(data)
    }

    package nonisolated func tasks(_ query: TaskQuery, _ fields: RecordFields) async throws(TaskError) -> TaskPage {
        let page = try await stored { () async throws(StoreError) in
            try await board.page(query, fields, at: { clock.now }) { (types) async throws(StoreError) in
                try await store.finished(query, types: types, at: clock.now.wall)
            }
        }
        return try await complete(page, fields)
    }

    package func current(since time: Timestamp, waiting limit: Int) -> CurrentTasks {
        let now = clock.now
        let (alive, others) = board.read { $0.alive(waiting: limit, at: now) }
        let records = alive + board.read { $0.finished(since: time, at: now) }
        return CurrentTasks(records: records.sorted { $0.id < $1.id }, othersWaiting: others)
    }

    package func health() -> ServiceHealth {
        ServiceHealth(
            uptimeMilliseconds: clock.now.uptime.wholeMilliseconds, counts: board.read(\.tally.byState),
            isShuttingDown: board.isShuttingDown, storageFailure: store.failure?.description,
            launchFailure: board.read(\.launchFailure))
    }

    package func updates() -> any AsyncSequence<TaskChanges, Never> & Sendable {
        let (reader, signals) = feed.addReader()
        if isDrained { feed.finish() }
        return signals.map { await self.nextChanges(for: reader) }
    }

    private func nextChanges(for reader: ChangeFeed.Reader) -> TaskChanges {
        let now = clock.now
        var changes = TaskChanges(
            queue: queueStatus, launchFailure: board.read(\.launchFailure),
            storageFailure: store.failure.flatMap(StorageFailure.init))
        let ids = feed.nextBatch(for: reader) { limit, id in board.read { $0.newest(limit, before: id) } }
        for id in ids {
            if let record = board.record(id, at: now) {
                changes.changed.append(record)
            } else {
                changes.removed.append(id)
            }
        }
        return changes
    }

    package nonisolated func usage() async -> [TaskID: WorkerUsage] {
        let workers = await workers
        // Reading takes a moment for every worker, for which others need not wait; refused only while this process ends.
        return
            (try? await threads.runIfActive { [memory, clock] in
                let usage = workers.compactMapValues { worker in worker.usage().map { (worker: worker, usage: $0) } }
                return memory.complete(usage) { clock.now.uptime }
            }) ?? [:]
    }

    /// The title of a task that was stored without one.
    package static func title(of record: TaskRecord) -> String { TaskTypeRegistry.builtIn.title(of: record) }

    package nonisolated func taskTypes() -> [TaskTypeDescription] {
        types.withLockedValue(\.self).descriptions
    }

    /// Replaces the declared types; accepted tasks keep the programs that they have.
    package nonisolated func replaceDeclaredTypes(with declared: [DeclaredType]) {
        types.withLockedValue { $0 = $0.replacingDeclared(with: declared) }
    }

    // MARK: - The store

    /// Adds the data where it is only stored.
    nonisolated func complete(_ record: TaskRecord) async throws(TaskError) -> TaskRecord {
        guard record.data == nil else { return record }
        let id = record.id
        guard let data = try await storedData(of: [id])[id] else {
            // It had ended and is not kept any more.
            throw .notFound(id.description)
        }
        var record = record
        record.data = data
        return record
    }

    /// Adds the data of all tasks where only the store has it; tasks that are not kept any more are left out.
    private nonisolated func complete(
        _ page: TaskPage, _ fields: RecordFields
    ) async throws(TaskError) -> TaskPage {
        guard fields == .all, page.tasks.contains(where: \.lacksData) else { return page }
        let data = try await storedData(of: page.tasks.filter(\.lacksData).map(\.id))
        let tasks = page.tasks.compactMap { task in task.lacksData ? data[task.id].map(task.withData) : task }
        return TaskPage(tasks: tasks, total: page.total, next: page.next)
    }

    nonisolated func storedData(of ids: [TaskID]) async throws(TaskError) -> [TaskID: JSONText] {
        try await stored { () async throws(StoreError) in try await store.data(of: ids) }
    }

    nonisolated func stored(_ id: TaskID) async throws(TaskError) -> TaskRecord? {
        try await stored { () async throws(StoreError) in try await store.record(id, at: clock.now.wall) }
    }

    nonisolated(nonsending) func stored<Value: Sendable>(
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
    /// The error that a client gets for it.
    fileprivate init(_ error: StoreError) {
        self =
            switch error {
            case .full(let reason): .storageFull(reason: reason)
            case .rejected(let reason), .unavailable(let reason): .storageUnavailable(reason: reason)
            case .closed: .shuttingDown
            }
    }
}

extension StorageFailure {
    /// - Returns: `nil` for a store that is closed, as at the end.
    fileprivate init?(_ error: StoreError) {
        switch error {
        case .full(let reason): self = .diskFull(reason)
        case .rejected(let reason), .unavailable(let reason): self = .unavailable(reason)
        case .closed: return nil
        }
    }
}
