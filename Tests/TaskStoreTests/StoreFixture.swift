import JSON
import TaskControl
import TaskModel
import TestSupport
import Testing

@testable import TaskStore

/// Makes records as a service does, each later than the one before.
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

    /// Several records, in the order of their ids.
    mutating func queued(_ count: Int) -> [TaskRecord] {
        (0..<count).map { _ in queued() }
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
    /// Runs `body` with a store in a directory of its own, while it writes; then closes and removes it.
    static func run(
        keep: Int? = nil, _ body: @Sendable (TaskStore, StateDirectory) async throws -> Void
    ) async throws {
        try await TemporaryDirectory.run { path in
            let directory = try StateDirectory(path)
            let store = try TaskStore(directory, keep: keep)
            try await store.running { try await body(store, directory) }
        }
    }

    /// Runs `body` while the store writes, and closes it.
    func running(_ body: @Sendable () async throws -> Void) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await self.run { ServiceClock().now.wall } }
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

    /// Adds a task and stores its end.
    func add(_ record: TaskRecord, endedAs end: TaskRecord, _ keyed: Keyed? = nil) async throws {
        #expect(try await add(record, keyed) == .added)
        #expect(await saved(end) == nil)
    }

    /// Reads a task's record.
    func record(_ id: TaskID) async throws(StoreError) -> TaskRecord? {
        try await record(id, at: ServiceClock().now.wall)
    }

    /// Reads a page of tasks that have ended.
    func finished(_ query: TaskQuery, types: Set<String>) async throws(StoreError) -> FinishedPage {
        try await finished(query, types: types, at: ServiceClock().now.wall)
    }

    /// Saves a record and waits for the result.
    func saved(_ record: TaskRecord) async -> StoreError? {
        await withCheckedContinuation { continuation in save(record) { continuation.resume(returning: $0) } }
    }

    /// Activates a task and waits for the result.
    func activated(_ id: TaskID, at time: Timestamp) async -> StoreError? {
        await withCheckedContinuation { continuation in
            activate(id, at: time) { continuation.resume(returning: $0) }
        }
    }
}
