import TaskModel

/// The columns of the task table, from left to right.
enum TaskColumn: Sendable, Hashable, CaseIterable {
    case id, type, state, queue, priority, attempt, progress, step, elapsed, eta, timeout, pid, port, cpu, memory

    var title: String {
        switch self {
        case .id: "ID"
        case .type: "TYPE"
        case .state: "STATE"
        case .queue: "QUEUE"
        case .priority: "PRI"
        case .attempt: "TRY"
        case .timeout: "TIMEOUT"
        case .progress: "PROGRESS"
        case .step: "STEP"
        case .elapsed: "ELAPSED"
        case .eta: "ETA"
        case .pid: "PID"
        case .port: "PORT"
        case .cpu: "CPU%"
        case .memory: "MEM"
        }
    }

    var isNumber: Bool {
        switch self {
        case .id, .type, .state, .progress, .step: false
        case .elapsed, .eta, .pid, .port, .cpu, .memory, .queue, .priority, .attempt, .timeout: true
        }
    }

    /// Whether it changes all the time, so that rows sorted by it would never stand still.
    var isVolatile: Bool {
        switch self {
        case .id, .type, .state, .queue, .priority, .attempt, .pid, .port: false
        case .progress, .step, .elapsed, .eta, .timeout, .cpu, .memory: true
        }
    }

    /// A column with its place on the screen.
    struct Placed: Sendable, Hashable {
        let column: TaskColumn
        let x: Int
        let width: Int

        /// The title, or a shorter one where there is only room for the percentage.
        var title: String { column == .progress && width < 8 ? "DONE" : column.title }
    }

    /// Cells at the left for the marks of selection and tag.
    static let margin = 2

    /// What each column asks for in turn, the most important first: a later wish for the same column
    /// makes it wider.
    private static let wishes: [(column: TaskColumn, width: Int)] = [
        (.state, 12), (.progress, 5), (.id, 7), (.elapsed, 8), (.type, 15), (.progress, 14), (.eta, 8), (.cpu, 5),
        (.memory, 5), (.step, 14), (.pid, 7), (.port, 5), (.priority, 4), (.attempt, 5), (.timeout, 8), (.progress, 18),
        (.step, 20), (.id, 26), (.progress, 26), (.queue, 6), (.step, 40),
    ]

    /// What many never use takes no room before somebody does.
    static let optional: Set<TaskColumn> = [.queue, .priority, .attempt, .timeout]

    /// Those of the optional columns that have something to say of a task.
    static func used(by record: TaskRecord) -> Set<TaskColumn> {
        var used: Set<TaskColumn> = []
        if record.queuePosition != nil { used.insert(.queue) }
        if record.options.priority != 0 { used.insert(.priority) }
        if record.options.retries > 0 || record.attempt > 1 { used.insert(.attempt) }
        if record.options.timeout != nil { used.insert(.timeout) }
        return used
    }

    /// The columns that have room, of the optional ones only these.
    static func layout(width: Int, using used: Set<TaskColumn>) -> [Placed] {
        var widths: [TaskColumn: Int] = [:]
        // The last column needs no gap behind it.
        var rest = width - margin + 1
        for wish in wishes where !optional.contains(wish.column) || used.contains(wish.column) {
            let cost = widths[wish.column].map { wish.width - $0 } ?? wish.width + 1
            guard cost <= rest else { continue }
            rest -= cost
            widths[wish.column] = wish.width
        }
        var x = margin
        return allCases.compactMap { column in
            guard let width = widths[column] else { return nil }
            defer { x += width + 1 }
            return Placed(column: column, x: x, width: width)
        }
    }
}

/// What rows are sorted by; ties are broken by age, oldest first.
enum SortKey: Comparable {
    /// Sorts before everything that is known.
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
        case .state: .number(Double(TaskState.allCases.firstIndex(of: record.state) ?? 0))
        case .queue: queuePosition.map { .number(Double($0)) } ?? .unknown
        case .priority: .number(Double(record.options.priority))
        case .attempt: .number(Double(record.attempt))
        case .timeout: row.timeoutMilliseconds(at: now).map { .number(Double($0)) } ?? .unknown
        case .progress: .number(record.progress.fraction)
        case .step: .text(record.progress.step ?? "")
        case .elapsed: .number(Double(row.activeMilliseconds(at: now)))
        case .eta: row.remainingMilliseconds(at: now).map { .number(Double($0)) } ?? .unknown
        case .pid: record.pid.map { .number(Double($0)) } ?? .unknown
        case .port: record.workerPort.map { .number(Double($0)) } ?? .unknown
        case .cpu: row.usage?.cpuPercent.map(SortKey.number) ?? .unknown
        case .memory: row.usage?.memoryBytes.map { .number(Double($0)) } ?? .unknown
        }
    }
}
