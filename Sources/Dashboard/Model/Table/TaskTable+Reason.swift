import TaskModel

extension TaskTable {
    /// Why a task does not run; `nil` for one that runs, or has ended.
    ///
    /// What keeps a task in the queue is counted here: it changes with other tasks, without an event of its own.
    func reason(of record: TaskRecord) -> TaskReason? {
        if record.state.isFinal { return nil }
        if let turn = turn(of: record) { return turn }
        if let reason = record.reason { return reason }
        guard record.state == .queued else { return nil }
        if let time = record.retryAt, let last = record.attempts.last {
            return .retry(
                number: record.attempt, of: record.attemptLimit, at: time, error: last.error)
        }
        return (record.retryAt ?? record.options.notBefore).map(TaskReason.notBefore)
    }

    /// Why a task that waits for its turn is not started; `nil` for any other.
    func turn(of record: TaskRecord) -> TaskReason? {
        guard let position = queuePositions[record.id] else { return nil }
        return .inQueue(
            queue, paused: counts[.paused, default: 0], position: position, launchFailure: launchFailure)
    }

    /// A row with its place in the queue and its reason as they are now: its record is from when the task itself changed.
    func currentRow(_ id: TaskID) -> TaskRow? {
        guard var row = rows[id] else { return nil }
        row.update(queuePosition: queuePositions[id], reason: reason(of: row.record))
        return row
    }
}
