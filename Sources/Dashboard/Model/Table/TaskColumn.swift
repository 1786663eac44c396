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
