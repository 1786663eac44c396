import GRDB
package import TaskModel

/// What was stored when a service starts.
package struct StoredTasks: Sendable {
    /// Tasks that wait, and the last of those that have ended; oldest first.
    package let records: [TaskRecord]
    /// All that there are.
    package let tally: TaskTally
    /// Whether no new tasks are to be started.
    package let isHeld: Bool
    /// Tasks that had a worker when the service ended without a word.
    package let interrupted: [TaskID]
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
    /// - Parameters:
    ///   - window: how many of the tasks that have ended are read, the last ones.
    ///   - size: how many bytes of them are read, about.
    /// - Throws: ``StateUnusable``.
    package func load(
        window: Int, size: Int = 64 << 20, interrupted policy: RestartPolicy, at now: Timestamp
    ) throws(StateUnusable) -> StoredTasks {
        do {
            let (stored, finishedCount) = try database.write { db in
                let interrupted = try Self.settleInterrupted(db, policy, at: now)
                var tally = TaskTally()
                for row in try Row.fetchAll(db, sql: "SELECT status, type, COUNT(*) AS n FROM task GROUP BY 1, 2") {
                    if let state = TaskState(rawValue: row["status"]) { tally.add(row["type"], state, row["n"]) }
                }
                let queued = try String.fetchAll(db, sql: "SELECT record FROM task WHERE status = 'queued'")
                let last = try String.fetchCursor(
                    db,
                    sql: """
                        SELECT record FROM task WHERE status NOT IN ('queued', 'active')
                        ORDER BY kept_until DESC, id DESC LIMIT ?
                        """, arguments: [window])
                var finished: [String] = []
                var rest = size
                while rest > 0, let text = try last.next() {
                    finished.append(text)
                    rest -= text.utf8.count
                }
                let records = try (finished.reversed() + queued).map(Self.record)
                let held = try String.fetchOne(
                    db, sql: "SELECT value FROM setting WHERE name = ?", arguments: [Setting.queueIsHeld.rawValue])
                let stored = StoredTasks(
                    records: records, tally: tally, isHeld: held == "true", interrupted: interrupted)
                return (stored, tally.count(where: \.isFinal))
            }
            note(finishedCount: finishedCount)
            return stored
        } catch {
            throw StateUnusable(description: "the stored tasks cannot be read: \(StoreError(error))")
        }
    }

    private static func settleInterrupted(
        _ db: Database, _ policy: RestartPolicy, at now: Timestamp
    ) throws -> [TaskID] {
        let rows = try Row.fetchAll(db, sql: "SELECT since, record FROM task WHERE status = 'active' ORDER BY id")
        var writer = StoreWriter(db: db, finishedCount: 0)
        return try rows.map { row in
            var record = try Self.record(row["record"])
            let error = "interrupted: the service ended while the task had a worker"
            let startedAt = Timestamp(milliseconds: row["since"])
            switch policy {
            case .fail:
                record.state = .failed
                record.error = error
                record.startedAt = startedAt
                record.finishedAt = now
            case .requeue:
                record.state = .queued
                record.attempts.append(
                    TaskAttempt(
                        number: record.attempt, startedAt: startedAt, finishedAt: now, error: error, exitCode: nil,
                        activeMilliseconds: 0, isInterrupted: true))
            }
            _ = try writer.write(.save(record))
            return record.id
        }
    }

    /// One task's record; `nil` when it is not stored.
    ///
    /// - Throws: ``StoreError``.
    package func record(_ id: TaskID) async throws(StoreError) -> TaskRecord? {
        do {
            return try await database.read { db in
                let statement = try db.cachedStatement(sql: "SELECT record FROM task WHERE id = ?")
                return try String.fetchOne(statement, arguments: [id.description]).map(Self.record)
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
                let row = try Row.fetchOne(
                    db, sql: "SELECT request, task_id FROM idempotency_key WHERE key = ? AND expires > ?",
                    arguments: [keyed.key.text, now.milliseconds])
                guard let row else { return nil }
                guard row["request"] == keyed.request, let id = TaskID(row["task_id"] as String) else {
                    return .keyReused
                }
                return .known(id)
            }
        } catch {
            throw StoreError(error)
        }
    }

    /// Tasks that have ended and match, as they are written in the database.
    package struct FinishedPage: Sendable {
        /// Oldest first.
        package let items: [TaskPage.Item]
        /// The id behind which there are more; `nil` at the end.
        package let next: TaskID?
    }

    /// The most tasks, and bytes of them, that are read at once.
    private static let pageLimit = (count: 1000, size: 1 << 20)

    /// The first of the tasks that have ended and match, as many as the query wants and are good to have in memory.
    ///
    /// - Parameter types: those that there are tasks of.
    /// - Throws: ``StoreError``.
    package func finished(_ query: TaskQuery, types: Set<String>) async throws(StoreError) -> FinishedPage {
        do {
            return try await database.read { db in
                // Each pair is a piece of the index, in the order of ids.
                let statement = try db.cachedStatement(
                    sql: "SELECT id FROM task WHERE status = ? AND type = ? AND id > ? ORDER BY id LIMIT ?")
                let limit = min(query.limit ?? .max, Self.pageLimit.count)
                var ids: [String] = []
                for state in TaskState.allCases where state.isFinal {
                    for type in types where query.matches(type, state) {
                        ids += try String.fetchAll(
                            statement,
                            arguments: [
                                state.rawValue, type, query.after?.description ?? "", limit + 1,
                            ])
                    }
                }
                ids.sort()
                let read = try db.cachedStatement(sql: "SELECT record FROM task WHERE id = ?")
                var items: [TaskPage.Item] = []
                var size = 0
                for (index, text) in ids.enumerated() {
                    if index == limit || size >= Self.pageLimit.size {
                        return FinishedPage(items: items, next: TaskID(ids[index - 1]))
                    }
                    guard let id = TaskID(text), let record = try String.fetchOne(read, arguments: [text]) else {
                        continue
                    }
                    items.append(.json(id, record))
                    size += record.utf8.count
                }
                return FinishedPage(items: items, next: nil)
            }
        } catch {
            throw StoreError(error)
        }
    }

    private static func record(_ text: String) throws -> TaskRecord {
        try JSONCoding.decode(TaskRecord.self, from: text.utf8)
    }
}
