import GRDB
import NIOConcurrencyHelpers
package import TaskModel

/// What was stored when a service starts.
package struct StoredTasks: Sendable {
    /// Tasks that wait, in the order of their creation, behind the last of those that have ended, in that of their end.
    package var records: [TaskRecord] = []
    /// All that there are.
    package var tally = TaskTally()
    /// Whether no new tasks are to be started.
    package var isHeld = false
    /// Tasks that had a worker when the last service ended without ending them.
    package var interrupted: [TaskID] = []
    /// Tasks that have failed because their record cannot be read.
    package var unreadable: [TaskRecord] = []
    /// The greatest id of all tasks, those included that are not kept any more.
    package var lastID: TaskID?
}

extension TaskStore {
    /// What becomes of tasks that had a worker when the service ended.
    package enum RestartPolicy: String, Sendable, CaseIterable {
        /// They have failed.
        case fail
        /// They wait for another attempt.
        case requeue
    }

    /// Reads what a service needs to go on, and decides on the tasks that were interrupted.
    ///
    /// Nothing is written: what was decided is written by ``run()``, as soon as that is possible.
    ///
    /// - Parameters:
    ///   - window: how many of the tasks that have ended are read, the last ones.
    ///   - size: how many bytes of them are read, about.
    /// - Throws: ``StateUnusable``.
    package func load(
        window: Int, size: Int = 64 << 20, interrupted policy: RestartPolicy, at now: Timestamp
    ) throws(StateUnusable) -> StoredTasks {
        do {
            let loading = try database.read { db in
                var loading = Loading(policy: policy, now: now)
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

    /// One task's record; `nil` when it is not stored.
    ///
    /// - Throws: ``StoreError``.
    package func record(_ id: TaskID) async throws(StoreError) -> TaskRecord? {
        if var record = state.withLockedValue({ $0.unsaved[id]?.lasting }) {
            if record.data == nil { record.data = try await data(of: [id])[id] }
            return record
        }
        do {
            return try await database.read { db in
                try TaskRow.fetch(id, db)?.record(at: ServiceClock().now.wall).record
            }
        } catch {
            throw StoreError(error)
        }
    }

    /// The data of tasks, of those that are stored.
    ///
    /// - Throws: ``StoreError``.
    package func data(of ids: [TaskID]) async throws(StoreError) -> [TaskID: JSONText] {
        do {
            return try await database.read { db in
                var data: [TaskID: JSONText] = [:]
                for id in ids { data[id] = try TaskRow.fetch(id, db)?.data }
                return data
            }
        } catch {
            throw StoreError(error)
        }
    }

    /// What became of an earlier submission with a key; `nil` when there was none.
    ///
    /// - Throws: ``StoreError``.
    package func addition(known keyed: Keyed, at now: Timestamp) async throws(StoreError) -> Addition? {
        do {
            return try await database.read { db in
                try Row.fetchOne(
                    db, sql: "\(Keyed.selection) WHERE key = ? AND expires > ?",
                    arguments: [keyed.key.text, now.milliseconds]
                ).flatMap(keyed.addition)
            }
        } catch {
            throw StoreError(error)
        }
    }

    /// Tasks that have ended and match, as JSON.
    package struct FinishedPage: Sendable {
        /// Oldest first.
        package var items: [TaskPage.Item]
        /// The id behind which there are more; `nil` at the end.
        package var next: TaskID?
    }

    /// The most tasks, and bytes of them, that are read at once.
    private static let pageLimit = (count: 1000, size: 1 << 20)

    /// The first of the tasks that have ended and match, as many as the query wants and are good to have in memory.
    ///
    /// - Parameter types: those that there are tasks of.
    /// - Throws: ``StoreError``.
    package func finished(_ query: TaskQuery, types: Set<String>) async throws(StoreError) -> FinishedPage {
        // Looked at before the database: what is written meanwhile is in both rather than in neither.
        let unsaved = state.withLockedValue { $0.unsaved.compactMapValues(\.lasting) }
        var page: FinishedPage
        do {
            page = try await database.read { try Self.finished(query, types: types, $0) }
        } catch {
            throw StoreError(error)
        }
        guard !unsaved.isEmpty else { return page }
        let data = try await data(of: unsaved.values.filter { $0.data == nil }.map(\.id))
        page.items.removeAll { unsaved[$0.id] != nil }
        for (id, record) in unsaved where record.state.isFinal && query.matches(record.type, record.state) {
            guard query.after.map({ id > $0 }) ?? true, page.next.map({ id <= $0 }) ?? true else { continue }
            var record = record
            record.data = record.data ?? data[id]
            page.items.append(.json(id, record.jsonText))
        }
        page.items.sort { $0.id < $1.id }
        if let limit = query.limit, page.items.count > limit {
            page.items.removeSubrange(limit...)
            page.next = page.items.last?.id
        }
        return page
    }

    private static func finished(_ query: TaskQuery, types: Set<String>, _ db: Database) throws -> FinishedPage {
        // Each pair is a piece of the index, in the order of ids.
        let statement = try db.cachedStatement(
            sql: "SELECT id FROM task WHERE status = ? AND type = ? AND id > ? ORDER BY id LIMIT ?")
        let limit = min(query.limit ?? .max, pageLimit.count)
        var ids: [TaskID] = []
        for state in TaskState.allCases where state.isFinal {
            for type in types where query.matches(type, state) {
                ids += try Row.fetchAll(
                    statement, arguments: [state.rawValue, type, query.after?.description ?? "", limit + 1]
                ).compactMap(TaskID.init(row:))
            }
        }
        ids.sort()
        let now = ServiceClock().now.wall
        var page = FinishedPage(items: [])
        var size = 0
        for (index, id) in ids.enumerated() {
            if index == limit || size >= pageLimit.size {
                page.next = ids[index - 1]
                break
            }
            guard let row = try TaskRow.fetch(id, db) else { continue }
            page.items.append(row.item(at: now))
            size += row.size
        }
        return page
    }
}

extension TaskID {
    /// The id in a row's first column; `nil` where that is none.
    fileprivate init?(row: Row) {
        guard let text = String.fromDatabaseValue(row[0] as DatabaseValue) else { return nil }
        self.init(text)
    }
}

/// Reads what a service needs to go on, and decides on what cannot stay as it is.
private struct Loading {
    let policy: TaskStore.RestartPolicy
    let now: Timestamp
    var stored = StoredTasks()
    /// What has to be written of what was decided.
    var changes: [TaskStore.Change] = []
    /// See ``StoreWriter/Counters/finished``.
    var finishedCount = 0

    init(policy: TaskStore.RestartPolicy, now: Timestamp) {
        self.policy = policy
        self.now = now
    }

    mutating func read(_ db: Database, window: Int, size: Int) throws {
        var oddStatuses: Set<String> = []
        for row in try Row.fetchAll(db, sql: "SELECT status, type, COUNT(*) AS n FROM task GROUP BY 1, 2") {
            let status = row.value("status") ?? "unknown"
            guard status != "queued", status != "active" else { continue }
            let count: Int = row.value("n") ?? 0
            finishedCount += count
            if let state = TaskState(rawValue: status), state.isFinal {
                stored.tally.add(row.value("type") ?? "unknown", state, count)
            } else {
                oddStatuses.insert(status)
            }
        }
        finishedCount -=
            try Int.fetchOne(
                db, sql: "SELECT COUNT(*) FROM task WHERE keyed = 1 AND status NOT IN ('queued', 'active')") ?? 0
        var ended = try lastEnded(db, window: window, size: size)
        var waiting: [TaskRecord] = []
        var budget = DataBudget()
        for status in ["active", "queued"] + oddStatuses.sorted() {
            let ids = try Row.fetchAll(db, sql: "SELECT id FROM task WHERE status = ? ORDER BY id", arguments: [status])
            for id in ids.compactMap(TaskID.init(row:)) {
                guard let row = try TaskRow.fetch(id, db) else { continue }
                var record = begin(row)
                // One after the other, so that what is not kept in memory never is there all at once.
                if !record.state.isFinal, let data = record.data, !budget.admit(data) { record.leaveDataInStore() }
                stored.tally.add(record.type, record.state, 1)
                if record.state.isFinal { ended.append(record) } else { waiting.append(record) }
            }
        }
        waiting.sort { $0.id < $1.id }
        stored.records = ended.suffix(window) + waiting
        try readSettings(db)
    }

    /// The last tasks that have ended, in that order, of which there are so many bytes, about.
    private mutating func lastEnded(_ db: Database, window: Int, size: Int) throws -> [TaskRecord] {
        let greatest = StoreWriter.greatestEnd
        var ends: [(end: Int64, since: Int64, id: TaskID)] = []
        // Each part is a piece of the index; those that have no number that counts are the first to have ended.
        for condition in ["ended <= \(greatest)", "ended IS NULL", "ended > \(greatest)"] where ends.count < window {
            let isNumbered = condition.contains("<=")
            for keyed in [0, 1] {
                ends += try Row.fetchAll(
                    db,
                    sql: """
                        SELECT id, ended, since FROM task
                        WHERE keyed = ? AND status NOT IN ('queued', 'active') AND \(condition)
                        ORDER BY ended DESC, since DESC, id DESC LIMIT ?
                        """, arguments: [keyed, window]
                ).compactMap { row in
                    TaskID(row: row).map {
                        (isNumbered ? row.value("ended") ?? .min : .min, row.value("since") ?? 0, $0)
                    }
                }
            }
        }
        ends.sort { $0 < $1 }
        var records: [TaskRecord] = []
        var rest = size
        for end in ends.suffix(window).reversed() where rest > 0 {
            guard let row = try TaskRow.fetch(end.id, db), let state = TaskState(rawValue: row.status), state.isFinal
            else { continue }
            rest -= row.size
            let (record, isReadable) = row.record(at: now)
            records.append(record)
            guard !isReadable else { continue }
            stored.unreadable.append(record)
            stored.tally.add(record.type, state, -1)
            stored.tally.add(record.type, .failed, 1)
            if state != .failed { changes.append(.giveUp(record)) }
        }
        return records.reversed()
    }

    /// What becomes of a task that had not ended.
    private mutating func begin(_ row: TaskRow) -> TaskRecord {
        var (record, isReadable) = row.record(at: now)
        guard isReadable else {
            stored.unreadable.append(record)
            changes.append(.giveUp(record))
            return record
        }
        guard row.status == "active" else { return record }
        stored.interrupted.append(record.id)
        let error = "interrupted: the service ended while the task had a worker"
        switch policy {
        case .fail:
            record.state = .failed
            record.error = error
            record.startedAt = row.since
            record.finishedAt = now
        case .requeue:
            record.attempts.append(
                TaskAttempt(
                    number: record.attempt, startedAt: row.since, finishedAt: now, error: error, exitCode: nil,
                    activeMilliseconds: 0, isInterrupted: true))
        }
        changes.append(.save(record))
        return record
    }

    private mutating func readSettings(_ db: Database) throws {
        func setting(_ setting: TaskStore.Setting) throws -> String? {
            try Row.fetchOne(db, sql: "SELECT value FROM setting WHERE name = ?", arguments: [setting.rawValue])?
                .value("value")
        }
        stored.isHeld = try setting(.queueIsHeld) == "true"
        let greatest = try Row.fetchOne(db, sql: "SELECT MAX(id) FROM task").flatMap(TaskID.init(row:))
        let pruned = try setting(.lastID).flatMap { TaskID($0) }
        stored.lastID = [greatest, pruned].compactMap(\.self).max()
    }
}
