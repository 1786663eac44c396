import GRDB
import TaskModel

/// Writes changes within one transaction.
struct StoreWriter {
    let db: Database
    /// How many stored tasks have ended: counting them anew would go through all of them.
    var finishedCount: Int

    mutating func write(_ change: TaskStore.Change) throws -> TaskStore.Outcome {
        switch change {
        case .add(let record, let keyed, let isActive):
            if let keyed, let earlier = try earlierTask(keyed, at: record.createdAt) { return .addition(earlier) }
            try add(record, keyed, isActive: isActive)
            return .addition(.added)
        case .save(let record): try save(record)
        case .setPriority(let id, let priority):
            try db.execute(
                sql: """
                    UPDATE task SET record = json_set(record, '$.priority', ?) WHERE id = ? AND status = 'queued'
                    """, arguments: [priority, id.description])
        case .activate(let id, let time):
            let statement = try db.cachedStatement(
                sql: "UPDATE task SET status = 'active', since = ? WHERE id = ? AND status = 'queued'")
            try statement.execute(arguments: [time.milliseconds, id.description])
        case .set(let setting, let value):
            try db.execute(
                sql: "INSERT OR REPLACE INTO setting (name, value) VALUES (?, ?)",
                arguments: [setting.rawValue, value])
        }
        return .done
    }

    // MARK: - New tasks

    private func earlierTask(_ keyed: TaskStore.Keyed, at now: Timestamp) throws -> TaskStore.Addition? {
        try db.execute(sql: "DELETE FROM idempotency_key WHERE expires <= ?", arguments: [now.milliseconds])
        let row = try Row.fetchOne(
            db, sql: "SELECT request, task_id FROM idempotency_key WHERE key = ?", arguments: [keyed.key.text])
        guard let row else { return nil }
        guard (row["request"] as String).hasSameBytes(as: keyed.request), let id = TaskID(row["task_id"] as String)
        else { return .keyReused }
        return .known(id)
    }

    private func add(_ record: TaskRecord, _ keyed: TaskStore.Keyed?, isActive: Bool) throws {
        let now = record.createdAt.milliseconds
        let expires = keyed.map { _ in now + Int64(IdempotencyKey.lifetime.wholeMilliseconds) }
        let statement = try db.cachedStatement(
            sql: "INSERT INTO task (id, type, status, since, kept_until, record) VALUES (?, ?, ?, ?, ?, ?)")
        try statement.execute(arguments: [
            record.id.description, record.type, isActive ? "active" : "queued", now, expires ?? 0, record.jsonText,
        ])
        guard let keyed, let expires else { return }
        try db.execute(
            sql: "INSERT INTO idempotency_key (key, request, task_id, expires) VALUES (?, ?, ?, ?)",
            arguments: [keyed.key.text, keyed.request, record.id.description, expires])
    }

    // MARK: - Known tasks

    private mutating func save(_ record: TaskRecord) throws {
        let statement: Statement
        if record.state.isFinal {
            statement = try db.cachedStatement(
                sql: """
                    UPDATE task SET status = ?, since = ?, kept_until = MAX(kept_until, ?), record = ?
                    WHERE id = ? AND status IN ('queued', 'active')
                    """)
            let time = (record.finishedAt ?? record.createdAt).milliseconds
            try statement.execute(arguments: [
                record.state.rawValue, time, time, record.jsonText, record.id.description,
            ])
            finishedCount += db.changesCount
            // Its end was stored before, and was another one.
            if db.changesCount == 0 { try amend(record) }
        } else {
            statement = try db.cachedStatement(
                sql: "UPDATE task SET status = 'queued', record = ? WHERE id = ?")
            try statement.execute(arguments: [record.jsonText, record.id.description])
        }
    }

    private func amend(_ record: TaskRecord) throws {
        let statement = try db.cachedStatement(sql: "UPDATE task SET status = ?, record = ? WHERE id = ?")
        try statement.execute(arguments: [record.state.rawValue, record.jsonText, record.id.description])
    }

    /// Forgets those that have been finished the longest, beyond as many as are kept.
    mutating func prune(keep: Int, at now: Timestamp) throws -> [PrunedTask] {
        guard finishedCount > keep else { return [] }
        let rows = try Row.fetchAll(
            db,
            sql: """
                DELETE FROM task WHERE id IN (
                    SELECT id FROM task WHERE status NOT IN ('queued', 'active') AND kept_until <= ?
                    ORDER BY kept_until, id LIMIT ?)
                RETURNING id, type, status
                """, arguments: [now.milliseconds, finishedCount - keep])
        finishedCount -= rows.count
        return rows.compactMap { row in
            guard let id = TaskID(row["id"] as String), let state = TaskState(rawValue: row["status"]) else {
                return nil
            }
            return PrunedTask(id: id, type: row["type"], state: state)
        }
    }
}
