import NIOConcurrencyHelpers
package import TaskModel

extension TaskStore {
    /// Adds a task, and returns when it is stored.
    ///
    /// - Parameters:
    ///   - program: the program that it runs, which goes with its record; `nil` where the work is built in.
    ///   - isStarted: whether it is stored as started; see ``activate(_:at:done:)``.
    /// - Throws: ``StoreError``; the task is then not stored.
    package func add(
        _ record: TaskRecord, program: Program? = nil, _ keyed: Keyed?, isStarted: Bool = false
    ) async throws(StoreError) -> Addition {
        let addition = Addition(try await write(.add(record, program, keyed, isStarted: isStarted)))
        if isStarted, addition == .added, let program { startingPrograms.withLockedValue { $0[record.id] = program } }
        return addition
    }

    /// Stores a task's record.
    ///
    /// - Parameter done: called when it is stored, or with the reason why it is not yet; it is written again then until it
    ///   is.
    package func save(_ record: TaskRecord, done: @escaping @Sendable (StoreError?) -> Void) {
        // It starts later, or never.
        _ = startingPrograms.withLockedValue { $0.removeValue(forKey: record.id) }
        enqueue(.save(record)) { done($0.error) }
    }

    /// Stores that a task has a worker from a time on.
    ///
    /// - Parameter done: called when that is stored, or with the reason why it is not.
    package func activate(_ id: TaskID, at time: Timestamp, done: @escaping @Sendable (StoreError?) -> Void) {
        enqueue(.activate(id, time)) { done($0.error) }
    }

    /// Stores a task's place in the queue, unless the task is no longer queued; returns when that is done.
    ///
    /// - Parameters:
    ///   - priority: `nil` to keep it.
    ///   - order: its ``TaskRecord/queueOrder``; `nil` to keep it.
    /// - Throws: ``StoreError``.
    package func reorder(_ id: TaskID, priority: Int?, order: Int?) async throws(StoreError) {
        _ = try await write(.reorder(id, priority: priority, order: order))
    }

    /// Stores whether the queue is paused, and returns when that is done.
    ///
    /// - Throws: ``StoreError``.
    package func setQueuePaused(_ isPaused: Bool) async throws(StoreError) {
        _ = try await write(.set(.queueIsPaused, isPaused ? "true" : "false"))
    }

    /// Enqueues a change, and returns when it is committed.
    private func write(_ change: Change) async throws(StoreError) -> Outcome {
        let result = await withCheckedContinuation { continuation in
            enqueue(change) { continuation.resume(returning: $0) }
        }
        return try result.get()
    }
}

extension Result where Failure == StoreError {
    fileprivate var error: StoreError? {
        if case .failure(let error) = self { error } else { nil }
    }
}
