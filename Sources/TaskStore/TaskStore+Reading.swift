import GRDB
package import JSON
import NIOConcurrencyHelpers
package import TaskModel

/// What is stored when a service starts.
package struct StoredTasks: Sendable {
    /// The last tasks that have ended, in the order of their ends; then those that are queued, in that of their creation.
    package var records: [TaskRecord] = []
    /// The numbers of all tasks but those in ``interrupted``.
    package var tally = TaskTally()
    /// Whether the queue is paused.
    package var isQueuePaused = false
    /// Tasks that had a worker when the last service was killed; not among ``records``.
    ///
    /// As they were: starting, since their worker was launched.
    package var interrupted: [TaskRecord] = []
    /// Failed tasks whose record cannot be read.
    package var unreadable: [TaskRecord] = []
    /// The greatest id of all tasks, also of those that are no longer kept.
    package var lastID: TaskID?
}

extension TaskStore {
    /// Reads what a service needs to continue.
    ///
    /// Writes nothing: ``run(clock:)`` stores which records cannot be read.
    ///
    /// - Parameters:
    ///   - window: the number of tasks that have ended to read, the last ones.
    ///   - size: the most bytes of their records, exceeded by one record at most.
    /// - Throws: ``StateUnusable``.
    package func load(
        window: Int, size: Int = 64 << 20, at now: Timestamp
    ) throws(StateUnusable) -> StoredTasks {
        do {
            let loading = try database.read { db in
                var loading = Loading(now: now, titles: titles)
                try loading.read(db, window: window, size: size)
                return loading
            }
            state.withLockedValue { state in
                state.counters.finished = loading.finishedCount
                for change in loading.changes { state.keep(change) }
            }
            return loading.stored
        } catch {
            throw StateUnusable(description: "the stored tasks cannot be read: \(StoreError(error))")
        }
    }

    private func read<Value: Sendable>(
        _ body: @escaping @Sendable (Database) throws -> Value
    ) async throws(StoreError) -> Value {
        do {
            return try await database.read(body)
        } catch {
            throw StoreError(error)
        }
    }

    /// Reads a task's record; returns `nil` when it is not stored.
    ///
    /// - Throws: ``StoreError``.
    package func record(_ id: TaskID, at now: Timestamp) async throws(StoreError) -> TaskRecord? {
        if var record = state.withLockedValue({ $0.unsaved[id]?.lasting }) {
            if record.data == nil { record.data = try await data(of: [id])[id] }
            return record
        }
        return try await read { [titles] db in
            try TaskRow.fetch(id, db)?.record(at: now, titles: titles).record
        }
    }

    /// Reads the data of those of the tasks that are stored.
    ///
    /// - Throws: ``StoreError``.
    package func data(of ids: [TaskID]) async throws(StoreError) -> [TaskID: JSONText] {
        try await read { db in
            var data: [TaskID: JSONText] = [:]
            for id in ids { data[id] = try TaskRow.fetch(id, db)?.data }
            return data
        }
    }

    /// Reads a task's program; returns `nil` when none is stored, or it cannot be read.
    ///
    /// - Throws: ``StoreError``.
    package func program(of id: TaskID) async throws(StoreError) -> Program? {
        if let program = startingPrograms.withLockedValue({ $0.removeValue(forKey: id) }) { return program }
        return try await read { db in
            let statement = try db.cachedStatement(sql: "SELECT program FROM program WHERE task_id = ?")
            let text: String? = try Row.fetchOne(statement, arguments: [id.description])?.value(at: 0)
            return text.flatMap { try? JSONCoding.decode(Program.self, from: $0.utf8) }
        }
    }

    /// Those of the tasks that are stored.
    ///
    /// - Throws: ``StoreError``.
    package func known(of ids: [TaskID]) async throws(StoreError) -> Set<TaskID> {
        try await read { db in
            let statement = try db.cachedStatement(sql: "SELECT EXISTS (SELECT 1 FROM task WHERE id = ?)")
            return try Set(ids.filter { try Bool.fetchOne(statement, arguments: [$0.description]) == true })
        }
    }

    /// The outcome of a submission whose key is stored; `nil` when it is not.
    ///
    /// - Throws: ``StoreError``.
    package func addition(known keyed: Keyed, at now: Timestamp) async throws(StoreError) -> Addition? {
        try await read { db in
            try Row.fetchOne(
                db, sql: "\(Keyed.selection) WHERE key = ? AND expires > ?",
                arguments: [keyed.key.text, now.milliseconds]
            ).flatMap(keyed.duplicate).map { Addition(.duplicate($0)) }
        }
    }

    /// A page of tasks that have ended.
    package struct FinishedPage: Sendable {
        /// In the order of the query.
        package var items: [EncodedRecord]
        /// The id after which the next page begins; `nil` on the last page.
        package var next: TaskID?
    }

    /// The largest page, in tasks and in bytes.
    private static let pageLimit = (count: 1000, size: 1 << 20)
    /// Sorts behind every id, whose characters are digits and capitals.
    private static let beyondAllIDs = "~"

    /// Reads the first of the tasks that have ended and match, up to the query's limit and that of a page.
    ///
    /// - Parameter types: the types of all stored tasks.
    /// - Throws: ``StoreError``.
    package func finished(
        _ query: TaskQuery, types: Set<String>, at now: Timestamp
    ) async throws(StoreError) -> FinishedPage {
        // Read before the database: what is written meanwhile is then in both, not in neither.
        let unsaved = state.withLockedValue { $0.unsaved.compactMapValues(\.lasting) }
        var page = try await read { try self.finished(query, types: types, at: now, $0) }
        guard !unsaved.isEmpty else { return page }
        let data = try await data(of: unsaved.values.filter { $0.data == nil }.map(\.id))
        page.items.removeAll { unsaved[$0.id] != nil }
        for (id, record) in unsaved where record.state.isFinal && query.matches(record.type, record.state) {
            guard query.includes(id), page.next.map({ !query.isBefore($0, id) }) ?? true else { continue }
            var record = record
            record.data = record.data ?? data[id]
            page.items.append(EncodedRecord(record))
        }
        page.items.sort { query.isBefore($0.id, $1.id) }
        if let limit = query.limit, page.items.count > limit {
            page.items.removeSubrange(limit...)
            page.next = page.items.last?.id
        }
        return page
    }

    private func finished(
        _ query: TaskQuery, types: Set<String>, at now: Timestamp, _ db: Database
    ) throws -> FinishedPage {
        // Each pair is a piece of the index, in the order of ids.
        let range =
            query.isNewestFirst
            ? (start: "id < ? ORDER BY id DESC", least: Self.beyondAllIDs) : (start: "id > ? ORDER BY id", least: "")
        let statement = try db.cachedStatement(
            sql: "SELECT id FROM task WHERE status = ? AND type = ? AND \(range.start) LIMIT ?")
        let limit = min(query.limit ?? .max, Self.pageLimit.count)
        var ids: [TaskID] = []
        for state in TaskState.allCases where state.isFinal {
            for type in types where query.matches(type, state) {
                ids += try Row.fetchAll(
                    statement, arguments: [state.rawValue, type, query.after?.description ?? range.least, limit + 1]
                ).compactMap(TaskID.init(row:))
            }
        }
        ids.sort(by: query.isBefore)
        var page = FinishedPage(items: [])
        var size = 0
        for (index, id) in ids.enumerated() {
            if index == limit || size >= Self.pageLimit.size {
                page.next = ids[index - 1]
                break
            }
            guard let row = try TaskRow.fetch(id, db) else { continue }
            page.items.append(row.item(at: now, titles: titles))
            size += row.size
        }
        return page
    }
}

extension TaskID {
    /// The id in a row's first column; `nil` where that is none.
    init?(row: Row) {
        guard let text = String.fromDatabaseValue(row[0] as DatabaseValue) else { return nil }
        self.init(text)
    }
}
