import JSON
import TaskControl
import TaskModel
import TaskTypes

@testable import Dashboard

/// A dashboard without terminal and service, on a clock that stands until a test moves it.
struct DashboardScript {
    /// 2026-11-24T07:00:00Z.
    static let start = Timestamp(milliseconds: 1_795_503_600_000)

    private(set) var model: DashboardModel
    private(set) var now: Duration
    /// What the dashboard wanted done, since this was last emptied.
    var commands: [DashboardCommand] = []

    init(
        _ size: Size = Size(width: 120, height: 30), capabilities: Capabilities = Capabilities(),
        retention: TaskRetention = .onDisk(requeues: false)
    ) {
        now = .seconds(754)
        model = DashboardModel(
            size: size, taskTypes: TaskTypeRegistry.descriptions, capabilities: capabilities,
            retention: retention, now: Self.moment(at: now))
        send(.listening("http://127.0.0.1:8000"))
    }

    var screen: String { model.frame.text }
    var lines: [String] { screen.split(separator: "\n", omittingEmptySubsequences: false).map(String.init) }
    var message: String? { model.message?.text }
    var selection: TaskID? { model.tasks.selection }

    private static func moment(at uptime: Duration) -> Moment {
        Moment(wall: Timestamp(milliseconds: start.milliseconds + Int64(uptime.wholeMilliseconds)), uptime: uptime)
    }

    /// Whether each event is followed by a frame, as it is where events come one by one.
    var showsFrames = true

    mutating func send(_ event: DashboardEvent) {
        commands += model.update(event, at: Self.moment(at: now))
        if showsFrames { commands += model.update(.shown, at: Self.moment(at: now)) }
    }

    /// Lets seconds pass, ticking.
    mutating func pass(seconds: Int) {
        for _ in 0..<seconds {
            now += .seconds(1)
            send(.ticked)
        }
    }

    /// Lets seconds pass with a single tick, as when the process was stopped.
    mutating func pass(tickAfter seconds: Int) {
        now += .seconds(seconds)
        send(.ticked)
    }

    /// Types characters, one key each.
    mutating func type(_ text: String) {
        for scalar in text.unicodeScalars { press(.character(scalar)) }
    }

    mutating func press(_ keys: Key...) {
        for key in keys { send(.input(.key(key))) }
    }

    /// Opens the form filled in like a task.
    mutating func duplicate(_ record: TaskRecord) {
        commands += model.openForm(duplicating: record)
    }

    mutating func click(_ x: Int, _ y: Int) {
        send(.input(.mouse(MouseEvent(.press, at: Position(x: x, y: y)))))
    }

    /// Clicks the first place where a text is to be seen.
    mutating func click(on text: String) {
        for (y, line) in lines.enumerated() {
            guard let range = line.firstRange(of: text) else { continue }
            return click(CellText(line[..<range.lowerBound], isUnicode: true).width, y)
        }
    }

    mutating func resize(_ width: Int, _ height: Int) {
        send(.input(.resized(Size(width: width, height: height))))
    }

    // MARK: - Tasks

    /// An id that is the same in every run; greater numbers are younger.
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

    /// A task in each state, with all that belongs to it.
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
            now += .seconds(1)
            send(
                .usageRead(
                    Dictionary(
                        uniqueKeysWithValues: alive.map {
                            ($0.id, WorkerUsage(cpuSeconds: seconds, memoryBytes: 9_500_000))
                        })))
        }
    }

    mutating func log(_ level: LogLevel, _ texts: String...) {
        let count = model.log.total
        send(
            .logged(
                texts.enumerated().map { index, text in
                    LogRecord(number: count + index, time: Self.moment(at: now).wall, level: level, text: text)
                }))
    }
}

extension DashboardCommand {
    /// The action and the task, of an action's command.
    var ticket: ActionTicket? {
        if case .perform(let ticket) = self { ticket } else { nil }
    }

    var draft: TaskDraft? {
        if case .submit(let draft, _) = self { draft } else { nil }
    }

    /// What it is, in a word.
    var name: String {
        switch self {
        case .perform(let ticket): "\(ticket.action.rawValue) \(ticket.id.description.suffix(2))"
        case .submit: "submit"
        case .setPriority(let priority, let id): "priority \(priority) \(id.description.suffix(2))"
        case .move(let id, let end): "\(end.rawValue) \(id.description.suffix(2))"
        case .save(_, let path): "save \(path)"
        case .holdQueue(let isHeld): isHeld ? "hold" : "release"
        case .readDetail(let id): "detail \(id.description.suffix(2))"
        case .readUsage: "usage"
        case .quit: "quit"
        case .hangUp: "hang up"
        case .terminal(.redraw): "redraw"
        case .terminal(.suspend): "suspend"
        case .terminal(.copy(let text)): "copy \(text)"
        case .terminal(.setMouse(let isOn)): "mouse \(isOn)"
        }
    }
}
