import JSON
import TaskControl
import TaskModel

@testable import Dashboard

// Records of tasks, and dashboards with them.
extension DashboardScript {
    /// An id that is the same in every run; a greater number is younger.
    static func id(_ number: Int) -> TaskID {
        let digits = String(number)
        let zeros = String(repeating: "0", count: 5 - digits.count)
        guard let id = TaskID("01JDEZ8M1VQ3T5B9X7CKP\(zeros)\(digits)") else { fatalError("no id: \(number)") }
        return id
    }

    static func record(
        _ number: Int, _ type: String = "process_data", _ state: TaskState = .running, done: Int = 1, of total: Int = 4,
        step: String? = nil
    ) -> TaskRecord {
        var record = TaskRecord(
            id: id(number), type: type, data: ["items": [1, 2, "three"], "delay": 0.5], state: state,
            progress: TaskProgress(
                done: done, total: total, step: step ?? (done < total ? "item \(done + 1) of \(total)" : "done")),
            createdAt: Timestamp(milliseconds: start.milliseconds + Int64(number) * 1000))
        let titles = [
            "process_data": "1, 2, three", "cpu_intensive": "5 × 2 M", "generate_report": "detailed, 30 s a phase",
        ]
        record.title = titles[type] ?? ""
        if state != .queued, state != .starting {
            record.startedAt = Timestamp(milliseconds: record.createdAt.milliseconds + 8)
            record.pid = 4700 + Int32(number)
            record.workerPort = 40_000 + number
            record.activeMilliseconds = 10_000
        }
        if state.isFinal { record.finishedAt = Timestamp(milliseconds: record.createdAt.milliseconds + 10_008) }
        return record
    }

    mutating func add(_ records: TaskRecord...) {
        send(.tasksChanged(TaskChanges(changed: records)))
    }

    /// A task in each state, with its usage.
    mutating func addOneOfEachState() {
        var records = TaskState.allCases.enumerated().map { index, state in
            let types = ["cpu_intensive", "process_data", "generate_report"]
            return Self.record(index + 1, types[index % 3], state, done: state == .completed ? 4 : min(index, 3))
        }
        for index in records.indices {
            switch records[index].state {
            case .completed: records[index].result = ["processed": 4, "items": [1, 2, 3, 4]]
            case .failed:
                records[index].error = "the worker exited with code 3 before it reported an outcome"
                records[index].exitCode = 3
            case .terminated: records[index].termination = Termination(stage: .http, milliseconds: 5, reaped: 1)
            case .killed: records[index].termination = Termination(stage: .sigkill, milliseconds: 2, reaped: 3)
            case .queued, .starting, .running, .paused, .stopping: break
            }
        }
        send(.tasksChanged(TaskChanges(changed: records)))
        let alive = records.filter { !$0.state.isFinal && $0.pid != nil }
        for seconds in [1.0, 1.5] {
            advance(by: .seconds(1))
            send(
                .usageRead(
                    Dictionary(
                        uniqueKeysWithValues: alive.map {
                            ($0.id, WorkerUsage(cpuSeconds: seconds, memoryBytes: 9_500_000))
                        })))
        }
    }

    /// A dashboard with four tasks: 1 paused, 2 and 3 running, 4, the first row, completed.
    static func fourTasks(_ size: Size = Size(width: 120, height: 30)) -> DashboardScript {
        var script = DashboardScript(size)
        script.add(
            DashboardScript.record(1, "process_data", .paused), DashboardScript.record(2, "generate_report", .running),
            DashboardScript.record(3, "cpu_intensive", .running),
            DashboardScript.record(4, "process_data", .completed, done: 4))
        script.commands = []
        return script
    }
}
