import JSON
import TaskModel
import Testing
import WorkerProtocol

@testable import TaskBoard
@testable import TaskSupervisor

/// A board with a clock that moves only when it is told to, and a note of all that it wanted done.
struct BoardScript {
    var board: TaskBoard
    private(set) var actions: [BoardAction] = []
    private(set) var uptime = Duration.zero
    private var clockError = Duration.zero
    private var ids = TaskIDGenerator()
    private var requests: UInt64 = 0

    /// Whether what is to be stored is, at once; otherwise ``stored`` has to be received.
    var storesAtOnce = true

    init(_ policy: TaskBoard.Policy = TaskBoard.Policy()) {
        board = TaskBoard(policy: policy)
    }

    var now: Moment {
        Moment(wall: Timestamp(milliseconds: Int64((uptime + clockError).wholeMilliseconds)), uptime: uptime)
    }

    /// Sets the civil clock, as an operator or a time server does.
    mutating func setClock(forwardBy change: Duration) {
        clockError += change
    }

    static let address = WorkerAddress(host: "127.0.0.1", port: 4000)

    /// Has the board decide, and returns what it wants done.
    @discardableResult
    mutating func receive(_ event: BoardEvent) throws -> [BoardAction] {
        var decided = board.receive(event, at: now)
        actions += decided
        for case .defect(_, let defect) in decided { throw defect }
        for case .storeEnd(let record) in decided where storesAtOnce { decided += try receive(.stored(record.id)) }
        return decided
    }

    /// Lets time pass; deadlines on the way come up when they are due.
    mutating func pass(_ duration: Duration) throws {
        let end = uptime + duration
        while let deadline = board.nextDeadline, deadline <= end {
            uptime = max(uptime, deadline)
            try receive(.ticked)
        }
        uptime = end
    }

    mutating func submit(_ options: TaskOptions = TaskOptions(), data: JSONValue = [:]) throws -> TaskID {
        var record = newRecord(options)
        record.data = JSONText(data)
        try receive(.submitted(record))
        return record.id
    }

    /// A task that has not been submitted.
    mutating func newRecord(_ options: TaskOptions = TaskOptions()) -> TaskRecord {
        TaskRecord(
            id: ids.next(at: now.wall), type: "process_data", data: [:], options: options, state: .queued,
            progress: TaskProgress(done: 0, total: 3), createdAt: now.wall)
    }

    /// A task whose worker has opened its port.
    mutating func running(_ options: TaskOptions = TaskOptions(), data: JSONValue = [:]) throws -> TaskID {
        let id = try submit(options, data: data)
        try open(id)
        return id
    }

    /// Has a task's worker start and open its port.
    mutating func open(_ id: TaskID) throws {
        try receive(.started(id, pid: 42))
        try receive(.updated(id, .hello(Self.address)))
    }

    @discardableResult
    mutating func request(_ action: TaskAction, _ id: TaskID) throws -> RequestID {
        requests += 1
        let request = RequestID(number: requests)
        try receive(.requested(request, action, id))
        return request
    }

    /// The calls to workers, to which events can be the answers.
    var calls: [(id: CallID, command: WorkerCommand)] {
        actions.compactMap { if case .call(_, let call, let command, _) = $0 { (call, command) } else { nil } }
    }

    func lastCall() throws -> (id: CallID, command: WorkerCommand) {
        try #require(calls.last)
    }

    func answers(to request: RequestID) -> [Result<TaskRecord, TaskError>] {
        actions.compactMap { action in
            if case .answer(request, let result) = action { result } else { nil }
        }
    }

    func signals() -> [GroupSignal] {
        actions.compactMap { if case .signal(_, let signal) = $0 { signal } else { nil } }
    }

    /// How often workers were asked whether they answer.
    var probes: Int { actions.count { if case .probe = $0 { true } else { false } } }

    var isDrained: Bool { actions.contains { if case .drained = $0 { true } else { false } } }

    /// What was to be stored, in order.
    var stored: [TaskRecord] {
        actions.compactMap { action in
            switch action {
            case .store(let record), .storeEnd(let record): record
            default: nil
            }
        }
    }

    /// The tasks that were to be started, in order.
    var launched: [TaskID] {
        actions.compactMap { if case .launch(let assignment) = $0 { assignment.taskID } else { nil } }
    }

    func record(_ id: TaskID) throws -> TaskRecord {
        try #require(board.record(id, at: now))
    }

    /// The worker's process group is gone.
    mutating func end(_ id: TaskID, _ status: WorkerEnd.Status = .exited(code: 0), log: String? = nil) throws {
        try receive(.ended(id, WorkerEnd(status: status, reaped: 1), lastLogLine: log))
    }
}

extension WorkerEnd.Status {
    static let killed = WorkerEnd.Status.signaled(number: 9, name: "SIGKILL")
}
