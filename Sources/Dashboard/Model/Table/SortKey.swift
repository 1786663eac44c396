import TaskModel

/// The value that a row is sorted by; ties are broken by age, oldest first.
enum SortKey: Comparable {
    /// Sorted after all known values.
    case unknown
    case number(Double)
    case text(String)
}

extension TaskColumn {
    func key(of row: TaskRow, at now: Duration, queuePosition: Int?) -> SortKey {
        let record = row.record
        return switch self {
        // Ties are broken by id.
        case .id: .unknown
        case .type: .text(record.type)
        // Waiting tasks are in the order of the queue.
        case .state:
            .number(
                Double(TaskState.allCases.firstIndex(of: record.state) ?? 0)
                    + (queuePosition.map { 1 - 1 / Double($0 + 1) } ?? 0))
        case .priority: .number(Double(record.options.priority))
        case .attempt: .number(Double(record.attempt))
        case .timeout: row.timeoutMilliseconds(at: now).map { .number(Double($0)) } ?? .unknown
        case .progress: .number(record.progress.fraction)
        case .title: .text(record.title.lowercased())
        case .step: .text(record.error ?? record.reason?.description ?? record.progress.step ?? "")
        case .started: record.startedAt.map { .number(Double($0.milliseconds)) } ?? .unknown
        case .ended: record.finishedAt.map { .number(Double($0.milliseconds)) } ?? .unknown
        case .elapsed: .number(Double(row.activeMilliseconds(at: now)))
        case .eta: row.remainingMilliseconds(at: now).map { .number(Double($0)) } ?? .unknown
        case .pid: record.shownPID.map { .number(Double($0)) } ?? .unknown
        case .cpu: row.usage?.cpuPercent.map(SortKey.number) ?? .unknown
        case .memory: row.usage?.memoryBytes.map { .number(Double($0)) } ?? .unknown
        }
    }
}
