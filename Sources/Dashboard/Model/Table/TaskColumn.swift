import TaskModel

/// A column of the task table, in the order from left to right.
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

    /// Whether its cells are right-aligned.
    var isNumber: Bool {
        switch self {
        case .id, .type, .state, .progress, .title, .step, .started, .ended: false
        case .elapsed, .eta, .pid, .cpu, .memory, .priority, .attempt, .timeout: true
        }
    }

    /// Whether sorting by it begins with the greatest or newest value.
    var beginsWithGreatest: Bool {
        switch self {
        case .id, .started, .ended: true
        default: isNumber
        }
    }

    /// Whether its values change all the time; its rows are sorted only once a second.
    var isVolatile: Bool {
        switch self {
        case .id, .type, .state, .priority, .attempt, .title, .started, .ended, .pid: false
        case .progress, .step, .elapsed, .eta, .timeout, .cpu, .memory: true
        }
    }

    /// The columns that are shown only if a task uses them.
    static let optional: Set<TaskColumn> = [.priority, .attempt, .timeout]

    /// The optional columns that a task uses.
    static func used(by record: TaskRecord) -> Set<TaskColumn> {
        var used: Set<TaskColumn> = []
        if record.options.priority != 0 { used.insert(.priority) }
        if record.options.retries > 0 || record.attempt > 1 { used.insert(.attempt) }
        if record.options.timeout != nil { used.insert(.timeout) }
        return used
    }
}
