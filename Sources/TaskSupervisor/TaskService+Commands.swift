import JSON
import NIOConcurrencyHelpers
import TaskBoard
package import TaskControl
package import TaskModel
import TaskStore
import TaskTypes

// What clients change.
extension TaskService: TaskCommands {
    package func submit(_ draft: TaskDraft, key: IdempotencyKey?) async throws(TaskError) -> Submission {
        guard !board.isShuttingDown else { throw .shuttingDown }
        let task = try types.withLockedValue(\.self).check(draft, programs: programs)
        let now = clock.now.wall
        var record = TaskRecord(
            id: ids.next(at: now), type: task.type, data: JSONText(task.data), options: task.options, state: .queued,
            progress: TaskProgress(done: 0, total: task.work.units), createdAt: now)
        (record.name, record.title, record.revision) = (task.name, task.title, 1)
        let keyed = key.map { TaskStore.Keyed(key: $0, request: JSONValue.object(draft.members).jsonText) }
        return try await accept(record, task.program, keyed)
    }

    package func runAgain(_ id: TaskID, key: IdempotencyKey?) async throws(TaskError) -> Submission {
        guard !board.isShuttingDown else { throw .shuttingDown }
        guard let earlier = try await task(id) else { throw .notFound(id.description) }
        guard earlier.state.isFinal else { throw .notFinished(id, current: earlier.state) }
        var program: Program?
        if !TaskTypeRegistry.isBuiltInWork(earlier.type) {
            program = try await stored { () async throws(StoreError) in try await store.program(of: id) }
            guard program != nil else { throw .notFound(id.description) }
        }
        let now = clock.now.wall
        var options = earlier.options
        options.notBefore = nil
        var record = TaskRecord(
            id: ids.next(at: now), type: earlier.type, data: earlier.data, options: options, state: .queued,
            progress: TaskProgress(done: 0, total: earlier.progress.total), createdAt: now)
        (record.name, record.title, record.revision, record.retryOf) = (earlier.name, earlier.title, 1, id)
        // No submission has this form.
        let request = JSONValue.object(["retry_of": .string(id.description)])
        return try await accept(record, program, key.map { TaskStore.Keyed(key: $0, request: request.jsonText) })
    }

    /// Stores a task and submits it to the board, if the queue has room.
    private func accept(
        _ record: TaskRecord, _ program: Program?, _ keyed: TaskStore.Keyed?
    ) async throws(TaskError) -> Submission {
        let hasSlot = board.reserveSlot(for: record.options, at: clock.now)
        guard !hasSlot else { return try await submit(record, program, keyed, hasSlot: true) }
        if let maxQueued, board.queue.queued + pendingQueued >= maxQueued {
            guard let keyed, let earlier = try await earlier(keyed, at: record.createdAt) else {
                throw .queueFull(limit: maxQueued)
            }
            return earlier
        }
        pendingQueued += 1
        defer { pendingQueued -= 1 }
        return try await submit(record, program, keyed, hasSlot: false)
    }

    /// Stores a task, as started if it has a slot, and submits it to the board.
    private func submit(
        _ record: TaskRecord, _ program: Program?, _ keyed: TaskStore.Keyed?, hasSlot: Bool
    ) async throws(TaskError) -> Submission {
        let addition: TaskStore.Addition
        do throws(TaskError) {
            addition = try await stored { () async throws(StoreError) in
                try await store.add(record, program: program, keyed, isStarted: hasSlot)
            }
            // A shutdown may have begun meanwhile; a task on disk starts with the next service.
            if case .added = addition, !store.isDurable, board.isShuttingDown { throw .shuttingDown }
        } catch {
            if hasSlot { receive(.slotReleased) }
            throw error
        }
        if hasSlot, addition != .added { receive(.slotReleased) }
        if let earlier = try await earlier(addition) { return earlier }
        _ = await request { .submitted(record, by: $0, hasSlot: hasSlot) }
        var accepted = board.record(record.id, at: clock.now) ?? record
        accepted.data = record.data
        return Submission(record: accepted, isNew: true)
    }

    /// The earlier submission with a key; `nil` if there was none.
    private func earlier(_ keyed: TaskStore.Keyed, at now: Timestamp) async throws(TaskError) -> Submission? {
        let known = try await stored { () async throws(StoreError) in try await store.addition(known: keyed, at: now) }
        guard let known else { return nil }
        return try await earlier(known)
    }

    /// The earlier submission that a task was not added for; `nil` if it was added.
    private func earlier(_ addition: TaskStore.Addition) async throws(TaskError) -> Submission? {
        switch addition {
        case .added: return nil
        case .known(let id):
            guard let known = try await self.task(id) else { throw .notFound(id.description) }
            return Submission(record: known, isNew: false)
        case .keyReused(let key): throw .keyReused(key)
        }
    }

    package func perform(_ action: TaskAction, on id: TaskID) async throws(TaskError) -> TaskRecord {
        if board.entry(id) == nil, let record = try await stored(id) {
            throw .invalidState(id, action: action, current: record.state)
        }
        // The service performs no more actions.
        guard !isDrained else { throw .shuttingDown }
        return try await complete(request { .requested($0, action, id) }.get())
    }

    package func reorder(_ id: TaskID, _ change: QueueChange) async throws(TaskError) -> TaskRecord {
        guard let record = try await task(id) else { throw .notFound(id.description) }
        guard let (priority, order) = board.newRank(of: id, after: change) else {
            throw .notQueued(id, current: board.entry(id)?.state ?? record.state)
        }
        try await stored { () async throws(StoreError) in
            try await store.reorder(id, priority: priority, order: order)
        }
        // A task that has started meanwhile is answered as if it had before.
        guard let entry = board.entry(id) else { throw .notFound(id.description) }
        guard entry.isQueued else { throw .notQueued(id, current: entry.state) }
        receive(.task(id, .reordered(priority: priority, order: order)))
        return try await complete(board.record(id, at: clock.now) ?? record)
    }

    package func setQueuePaused(_ isPaused: Bool) async throws(TaskError) -> QueueStatus {
        try await stored { () async throws(StoreError) in try await store.setQueuePaused(isPaused) }
        receive(.queuePaused(isPaused))
        signalReaders()
        return board.queue
    }
}
