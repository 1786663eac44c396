import GRDB
import JSON
import TaskModel

/// The writes of one transaction.
struct StoreWriter {
    let db: Database
    /// Values that would be slow to look up in every transaction.
    struct Counters: Sendable {
        /// The number of stored tasks that have ended and count for `keep`.
        var finished = 0
        /// The number of the last end; `nil` until it has been looked up.
        var lastEnd: Int64?
    }
    var counters: Counters

    mutating func write(_ change: TaskStore.Change) throws -> TaskStore.Outcome {
        switch change {
        case .add(let record, let program, let keyed, let isStarted):
            if let keyed, let duplicate = try duplicate(of: keyed, at: record.createdAt) {
                return .duplicate(duplicate)
            }
            try add(record, keyed, isStarted: isStarted)
            guard let program else { break }
            let statement = try db.cachedStatement(sql: "INSERT INTO program (task_id, program) VALUES (?, ?)")
            try statement.execute(arguments: [record.id.description, program.jsonText])
        case .save(let record): try save(record)
        case .markUnreadable(let record): try markUnreadable(record)
        case .reorder(let id, let priority, let order):
            for (path, value) in [("$.priority", priority), ("$.queue_order", order)] {
                guard let value else { continue }
                try db.execute(
                    sql: """
                        UPDATE task SET record = json_set(record, ?, ?), checksum = NULL
                        WHERE id = ? AND status = 'queued'
                        """, arguments: [path, value, id.description])
            }
        case .activate(let id, let time):
            let statement = try db.cachedStatement(
                sql: "UPDATE task SET status = 'active', since = ? WHERE id = ? AND status = 'queued'")
            try statement.execute(arguments: [time.milliseconds, id.description])
        case .set(let setting, let value): try set(setting, value)
        }
        return .written
    }

    private func set(_ setting: TaskStore.Setting, _ value: String) throws {
        let statement = try db.cachedStatement(sql: "INSERT OR REPLACE INTO setting (name, value) VALUES (?, ?)")
        try statement.execute(arguments: [setting.rawValue, value])
    }

    // MARK: - New tasks

    private mutating func duplicate(of keyed: TaskStore.Keyed, at now: Timestamp) throws -> TaskStore.Duplicate? {
        try expireKeys(at: now)
        let row = try Row.fetchOne(
            db, sql: "\(TaskStore.Keyed.selection) WHERE key = ?", arguments: [keyed.key.text])
        guard let row else { return nil }
        if let duplicate = keyed.duplicate(row) { return duplicate }
        try db.execute(sql: "DELETE FROM idempotency_key WHERE key = ?", arguments: [keyed.key.text])
        return nil
    }

    /// Removes expired keys; their tasks count for `keep` from now on.
    private mutating func expireKeys(at now: Timestamp) throws {
        let statement = try db.cachedStatement(
            sql: "DELETE FROM idempotency_key WHERE expires <= ? RETURNING task_id")
        for id in try String.fetchAll(statement, arguments: [now.milliseconds]) {
            let update = try db.cachedStatement(sql: "UPDATE task SET keyed = 0 WHERE id = ? RETURNING status")
            let status = try String.fetchAll(update, arguments: [id]).first
            if let status, status != "queued", status != "active" { counters.finished += 1 }
        }
    }

    private func add(_ record: TaskRecord, _ keyed: TaskStore.Keyed?, isStarted: Bool) throws {
        let now = record.createdAt.milliseconds
        let text = record.jsonText
        let statement = try db.cachedStatement(
            sql: """
                INSERT INTO task (id, type, status, since, kept_until, version, checksum, keyed, record)
                VALUES (?, ?, ?, ?, 0, ?, ?, ?, ?)
                """)
        try statement.execute(arguments: [
            record.id.description, record.type, isStarted ? "active" : "queued", now, TaskRecord.version,
            TaskRow.checksum(of: record, text), keyed != nil, text,
        ])
        guard let keyed else { return }
        try db.execute(
            sql: "INSERT INTO idempotency_key (key, request, task_id, expires) VALUES (?, ?, ?, ?)",
            arguments: [
                keyed.key.text, keyed.request.text, record.id.description,
                now + Int64(IdempotencyKey.lifetime.wholeMilliseconds),
            ])
    }

    // MARK: - Known tasks

    private mutating func save(_ record: TaskRecord) throws {
        var record = record
        if record.data == nil { record.data = try TaskRow.fetch(record.id, db)?.data }
        // True only as long as the service runs.
        (record.reason, record.notAnsweringSince, record.queuePosition) = (nil, nil, nil)
        let text = record.jsonText
        let checksum = TaskRow.checksum(of: record, text)
        guard record.state.isFinal else {
            let statement = try db.cachedStatement(
                sql: "UPDATE task SET status = 'queued', version = ?, checksum = ?, record = ? WHERE id = ?")
            return try statement.execute(
                arguments: [TaskRecord.version, checksum, text, record.id.description])
        }
        let statement = try db.cachedStatement(
            sql: """
                UPDATE task SET status = ?, since = ?, ended = ?, version = ?, checksum = ?, record = ?
                WHERE id = ? AND status IN ('queued', 'active') RETURNING keyed
                """)
        let time = record.finishedAt ?? record.createdAt
        _ = try count(
            Int.fetchAll(
                statement,
                arguments: [
                    record.state.rawValue, time.milliseconds, try nextEnd(), TaskRecord.version, checksum, text,
                    record.id.description,
                ]))
    }

    /// Sets the status of a task to failed whose record cannot be read; the record's text stays.
    private mutating func markUnreadable(_ record: TaskRecord) throws {
        let time = (record.finishedAt ?? record.createdAt).milliseconds
        let isFirst = try count(
            Int.fetchAll(
                db,
                sql: """
                    UPDATE task SET status = 'failed', type = ?, since = ?, ended = ?
                    WHERE id = ? AND status IN ('queued', 'active') RETURNING keyed
                    """, arguments: [record.type, time, try nextEnd(), record.id.description]))
        guard !isFirst else { return }
        try db.execute(
            sql: "UPDATE task SET status = 'failed', type = ? WHERE id = ? AND (status <> 'failed' OR type <> ?)",
            arguments: [record.type, record.id.description, record.type])
    }

    /// The greatest valid number of an end; for SQLite, texts and blobs are greater than all numbers.
    ///
    /// Another program has written any other number; its task counts as the first to have ended.
    static let greatestEnd: Int64 = 1 << 62

    /// The number of the next end.
    private mutating func nextEnd() throws -> Int64 {
        if let lastEnd = counters.lastEnd { return lastEnd + 1 }
        // The greatest is at the end of each part of the index.
        let last = try [0, 1].map { keyed in
            try Int64.fetchOne(
                db,
                sql: """
                    SELECT ended FROM task
                    WHERE keyed = ? AND ended <= ? AND typeof(ended) = 'integer' AND status NOT IN ('queued', 'active')
                    ORDER BY ended DESC LIMIT 1
                    """, arguments: [keyed, Self.greatestEnd]) ?? 0
        }.reduce(0, max)
        counters.lastEnd = last
        return last + 1
    }

    /// Counts an end.
    ///
    /// - Parameter keyed: whether a key belongs to the task; empty if the task had ended before.
    /// - Returns: Whether the task has ended with this change.
    private mutating func count(_ keyed: [Int]) throws -> Bool {
        guard let isKeyed = keyed.first else { return false }
        counters.lastEnd = try nextEnd()
        if isKeyed == 0 { counters.finished += 1 }
        return true
    }

    /// Removes the tasks that ended first, beyond the number to keep; a task with a key is kept until the key expires, and
    /// does not count.
    mutating func prune(keep: Int, at now: Timestamp) throws -> [PrunedTask] {
        try expireKeys(at: now)
        var rows: [Row] = []
        // Those without a valid number come first; they are at both ends of the index.
        for condition in ["ended > \(Self.greatestEnd)", "TRUE"] where counters.finished > keep {
            let statement = try db.cachedStatement(
                sql: """
                    DELETE FROM task WHERE id IN (
                        SELECT id FROM task WHERE keyed = 0 AND status NOT IN ('queued', 'active') AND \(condition)
                        ORDER BY ended, since, id LIMIT ?)
                    RETURNING id, type, status
                    """)
            let deleted = try Row.fetchAll(statement, arguments: [counters.finished - keep])
            counters.finished -= deleted.count
            rows += deleted
        }
        let pruned = rows.compactMap { row -> PrunedTask? in
            guard let id = (row.value("id") as String?).flatMap({ TaskID($0) }) else { return nil }
            return PrunedTask(
                id: id, type: row.value("type") ?? "unknown",
                state: (row.value("status") as String?).flatMap { TaskState(rawValue: $0) } ?? .failed)
        }
        if let last = pruned.map(\.id).max() { try saveLastID(last) }
        return pruned
    }

    /// Stores the id of a removed task, so that later ids are greater also after a start.
    private func saveLastID(_ id: TaskID) throws {
        let statement = try db.cachedStatement(
            sql: """
                INSERT INTO setting (name, value) VALUES (?, ?)
                ON CONFLICT (name) DO UPDATE SET value = excluded.value WHERE excluded.value > value
                """)
        try statement.execute(arguments: [TaskStore.Setting.lastID.rawValue, id.description])
    }
}

extension TaskStore.Keyed {
    /// The columns of the table of keys that ``duplicate(_:)`` uses.
    static let selection = """
        SELECT request, task_id, EXISTS (SELECT 1 FROM task WHERE id = task_id) AS has_task FROM idempotency_key
        """

    /// What the row with this key belongs to; `nil` if its task has been removed.
    func duplicate(_ row: Row) -> TaskStore.Duplicate? {
        guard row.value("has_task") == 1 else { return nil }
        guard let earlier = row.value("request") as String?, RequestDigest(stored: earlier) == request,
            let id = (row.value("task_id") as String?).flatMap({ TaskID($0) })
        else { return .otherRequest(key) }
        return .sameRequest(id)
    }
}
