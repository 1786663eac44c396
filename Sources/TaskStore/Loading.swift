import GRDB
import TaskModel

/// Reads what a service needs to continue; a task whose record cannot be read has failed.
struct Loading {
    let now: Timestamp
    let titles: TaskStore.Titles
    var stored = StoredTasks()
    /// The changes to write once the service runs.
    var changes: [TaskStore.Change] = []
    /// See ``StoreWriter/Counters/finished``.
    var finishedCount = 0

    init(now: Timestamp, titles: @escaping TaskStore.Titles) {
        self.now = now
        self.titles = titles
    }

    mutating func read(_ db: Database, window: Int, size: Int) throws {
        var hasInvalid = false
        let groups = try Row.fetchAll(
            db,
            sql: """
                SELECT \(TaskRow.statusColumn), \(TaskRow.typeColumn), COUNT(*)
                FROM task GROUP BY task.status, task.type
                """)
        for group in groups {
            let (status, type): (String?, String?) = (group.value(at: 0), group.value(at: 1))
            guard status != "queued", status != "active" else { continue }
            let count: Int = group.value(at: 2) ?? 0
            finishedCount += count
            if let type, let state = status.flatMap({ TaskState(rawValue: $0) }) {
                stored.tally.add(type, state, count)
            } else {
                hasInvalid = true
            }
        }
        finishedCount -=
            try Int.fetchOne(
                db, sql: "SELECT COUNT(*) FROM task WHERE keyed = 1 AND status NOT IN ('queued', 'active')") ?? 0
        var ended = try lastEnded(db, window: window, size: size)
        var waiting: [TaskRecord] = []
        var budget = DataBudget()
        var conditions = ["status = 'active'", "status = 'queued'"]
        if hasInvalid {
            conditions.append(
                """
                status NOT IN ('active', 'queued')
                    AND (\(TaskRow.statusColumn) IS NULL OR \(TaskRow.typeColumn) IS NULL)
                """)
        }
        for condition in conditions {
            let ids = try Row.fetchCursor(db, sql: "SELECT id FROM task WHERE \(condition) ORDER BY id")
            for id in try Array(ids.compactMap(TaskID.init(row:))) {
                guard let row = try TaskRow.fetch(id, db) else { continue }
                var record = liveRecord(row)
                // One at a time, so that data beyond the budget is never in memory together.
                if !record.state.isFinal, let data = record.data, !budget.admit(data) { record.leaveDataInStore() }
                if record.state == .starting {
                    stored.interrupted.append(record)
                    continue
                }
                stored.tally.add(record.type, record.state, 1)
                if record.state.isFinal { ended.append(record) } else { waiting.append(record) }
            }
        }
        waiting.sort { $0.id < $1.id }
        stored.records = ended.suffix(window) + waiting
        try readSettings(db)
    }

    /// Reads the last tasks that have ended, in the order of their ends.
    ///
    /// - Parameters:
    ///   - window: the most tasks.
    ///   - size: the most bytes of their records, exceeded by one record at most.
    private mutating func lastEnded(_ db: Database, window: Int, size: Int) throws -> [TaskRecord] {
        let greatest = StoreWriter.greatestEnd
        var ends: [(end: Int64, since: Int64, id: TaskID)] = []
        // Each condition is a part of the index; tasks without a valid number count as the first to have ended.
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
            guard let row = try TaskRow.fetch(end.id, db), !row.isInvalid, let state = TaskState(rawValue: row.status)
            else { continue }
            rest -= row.size
            let (record, isReadable) = row.record(at: now, titles: titles)
            records.append(record)
            guard !isReadable else { continue }
            stored.unreadable.append(record)
            stored.tally.add(record.type, state, -1)
            stored.tally.add(record.type, .failed, 1)
            if state != .failed { changes.append(.markUnreadable(record)) }
        }
        return records.reversed()
    }

    /// The record of a task that had not ended; that of a failed task if it cannot be read.
    private mutating func liveRecord(_ row: TaskRow) -> TaskRecord {
        var (record, isReadable) = row.record(at: now, titles: titles)
        guard isReadable else {
            stored.unreadable.append(record)
            changes.append(.markUnreadable(record))
            return record
        }
        record.advanceRevision(atRestart: now)
        if row.status == "active" {
            record.state = .starting
            record.startedAt = row.since
        }
        return record
    }

    private mutating func readSettings(_ db: Database) throws {
        func setting(_ setting: TaskStore.Setting) throws -> String? {
            try Row.fetchOne(db, sql: "SELECT value FROM setting WHERE name = ?", arguments: [setting.rawValue])?
                .value("value")
        }
        stored.isQueuePaused = try setting(.queueIsPaused) == "true"
        let greatest = try Row.fetchOne(db, sql: "SELECT MAX(id) FROM task").flatMap(TaskID.init(row:))
        let pruned = try setting(.lastID).flatMap { TaskID($0) }
        stored.lastID = [greatest, pruned].compactMap(\.self).max()
    }
}
