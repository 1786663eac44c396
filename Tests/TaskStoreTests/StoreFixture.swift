import JSON
import TaskModel

@testable import TaskStore

/// Makes records as a service would.
struct RecordMaker {
    private var ids = TaskIDGenerator()
    private var milliseconds: Int64 = 1_000_000

    mutating func queued(_ type: String = "process_data", options: TaskOptions = TaskOptions()) -> TaskRecord {
        milliseconds += 1
        let time = Timestamp(milliseconds: milliseconds)
        return TaskRecord(
            id: ids.next(at: time), type: type, data: ["items": [1, 2]], options: options, state: .queued,
            progress: TaskProgress(done: 0, total: 2), createdAt: time)
    }

    /// The record at its end.
    mutating func ended(_ record: TaskRecord, _ state: TaskState = .completed) -> TaskRecord {
        milliseconds += 1
        var record = record
        record.state = state
        record.finishedAt = Timestamp(milliseconds: milliseconds)
        return record
    }
}

extension TaskStore {
    /// Runs `body` while the store writes, and closes it.
    func running(_ body: @Sendable () async throws -> Void) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await self.run() }
            do {
                try await body()
            } catch {
                finish()
                throw error
            }
            finish()
            try await group.waitForAll()
        }
    }

    /// Saves and waits for it.
    func saved(_ record: TaskRecord) async -> StoreError? {
        await withCheckedContinuation { continuation in save(record) { continuation.resume(returning: $0) } }
    }

    func activated(_ id: TaskID, at time: Timestamp) async -> StoreError? {
        await withCheckedContinuation { continuation in
            activate(id, at: time) { continuation.resume(returning: $0) }
        }
    }
}
