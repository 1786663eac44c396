import TaskModel

/// The columns of the task table, from left to right.
enum TaskColumn: Sendable, Hashable, CaseIterable {
    case id, type, state, priority, attempt, progress, title, step, started, ended, elapsed, eta, timeout, pid, cpu,
        memory

    var title: String {
        switch self {
        case .id: "ID"
        case .type: "TYPE"
        case .state: "STATE"
        case .priority: "PRI"
        case .attempt: "TRY"
        case .progress: "PROGRESS"
        case .title: "TITLE"
        case .step: "STEP / WHY"
        case .started: "STARTED"
        case .ended: "ENDED"
        case .elapsed: "ELAPSED"
        case .eta: "ETA"
        case .timeout: "TIMEOUT"
        case .pid: "PID"
        case .cpu: "CPU%"
        case .memory: "MEM"
        }
    }

    /// The key that sorts by it at once; `nil` if there is none.
    var key: Key? {
        switch self {
        case .id: .character("I")
        case .title: .character("O")
        case .type: .character("T")
        case .cpu: .character("P")
        case .memory: .character("M")
        case .elapsed: .character("E")
        case .started: .character("B")
        case .ended: .character("F")
        case .state, .priority, .attempt, .progress, .step, .eta, .timeout, .pid: nil
        }
    }

    /// The column that a key sorts by at once.
    init?(sortedBy key: Key) {
        guard let column = Self.allCases.first(where: { $0.key == key }) else { return nil }
        self = column
    }

    /// Whether cells end at the right edge.
    var isNumber: Bool {
        switch self {
        case .id, .type, .state, .progress, .title, .step, .started, .ended: false
        case .elapsed, .eta, .pid, .cpu, .memory, .priority, .attempt, .timeout: true
        }
    }

    /// Whether rows sorted by it begin with the greatest, or newest.
    var beginsWithGreatest: Bool {
        switch self {
        case .id, .started, .ended: true
        default: isNumber
        }
    }

    /// Whether it changes all the time, so that rows sorted by it would never stand still.
    var isVolatile: Bool {
        switch self {
        case .id, .type, .state, .priority, .attempt, .title, .started, .ended, .pid: false
        case .progress, .step, .elapsed, .eta, .timeout, .cpu, .memory: true
        }
    }

    /// What many never use takes no room before it is used.
    static let optional: Set<TaskColumn> = [.priority, .attempt, .timeout]

    /// Those of the optional columns in which a task has something.
    static func used(by record: TaskRecord) -> Set<TaskColumn> {
        var used: Set<TaskColumn> = []
        if record.options.priority != 0 { used.insert(.priority) }
        if record.options.retries > 0 || record.attempt > 1 { used.insert(.attempt) }
        if record.options.timeout != nil { used.insert(.timeout) }
        return used
    }
}

/// What rows are sorted by; ties are broken by age, oldest first.
enum SortKey: Comparable {
    /// Stands behind everything that is known.
    case unknown
    case number(Double)
    case text(String)
}

extension TaskColumn {
    func key(of row: TaskRow, at now: Duration, queuePosition: Int?) -> SortKey {
        let record = row.record
        return switch self {
        // Ids sort by themselves.
        case .id: .unknown
        case .type: .text(record.type)
        // Tasks that wait stand in their order.
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

extension TaskRecord {
    /// The process; `nil` after the end, when the number may be another one's.
    var shownPID: Int32? { state.isFinal ? nil : pid }

    /// Whether its worker does not answer, though it should.
    ///
    /// Not so while it is being ended, which its state and reason describe.
    var isSilent: Bool { notAnsweringSince != nil && !state.isFinal && state != .stopping }
}
