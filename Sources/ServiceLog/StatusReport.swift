import TaskModel

/// The text of a status dump.
struct StatusReport {
    let counts: [TaskState: Int]
    /// Live tasks, and those that have ended since the last dump.
    let records: [TaskRecord]
    /// The number of waiting tasks without a record here.
    var othersWaiting = 0

    /// A summary, then a line for each record, and one for all others.
    func lines(at now: Timestamp) -> [String] {
        let states = TaskState.allCases.compactMap { state in
            counts[state].flatMap { $0 > 0 ? "\($0) \(state.rawValue)" : nil }
        }
        let total = counts.values.reduce(0, +)
        let number = total == 1 ? "1 task" : "\(total) tasks"
        let summary = "status: " + (total == 0 ? "no tasks" : "\(number): \(states.joined(separator: ", "))")
        var lines = [summary] + records.map { Self.line(on: $0, at: now) }
        if othersWaiting > 0 { lines.append("  … and \(othersWaiting) more \(othersWaiting == 1 ? "waits" : "wait")") }
        return lines
    }

    private static func line(on record: TaskRecord, at now: Timestamp) -> String {
        let percent = Int((record.progress.fraction * 100).rounded(.down))
        let age = max(0, now.milliseconds - record.createdAt.milliseconds) / 1000
        return "  \(record.id) \(record.type) \(record.state.rawValue) \(percent) %"
            + " pid \(record.pid.map(String.init) ?? "-") port \(record.workerPort.map(String.init) ?? "-") age \(age) s"
    }
}
