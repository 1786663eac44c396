import TaskModel

extension TaskTable {
    /// The reason why a task does not run; `nil` if it runs or has ended.
    ///
    /// The reason of a queued task is computed here: it changes with other tasks, without an event of its own.
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

    /// The reason why a task in the queue is not started; `nil` for any other task.
    func turn(of record: TaskRecord) -> TaskReason? {
        guard let position = queuePositions[record.id] else { return nil }
        return .inQueue(
            queue, paused: counts[.paused, default: 0], position: position, launchFailure: launchFailure)
    }

    /// The row with the present queue position and reason; the record is from the last change of the task itself.
    func currentRow(_ id: TaskID) -> TaskRow? {
        guard var row = rows[id] else { return nil }
        row.update(queuePosition: queuePositions[id], reason: reason(of: row.record))
        return row
    }
}
