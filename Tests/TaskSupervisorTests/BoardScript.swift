import TaskModel
import Testing

@testable import TaskSupervisor

/// A board with a clock that moves only when it is told to, and a note of all that it wanted done.
struct BoardScript {
    private(set) var board: TaskBoard
    private(set) var actions: [BoardAction] = []
    private(set) var uptime = Duration.zero
    private var ids = TaskIDGenerator()
    private var requests: UInt64 = 0

    init(keep: Int? = nil) {
        board = TaskBoard(keep: keep)
    }

    var now: Moment {
        Moment(wall: Timestamp(milliseconds: Int64(uptime.wholeMilliseconds)), uptime: uptime)
    }

    static let address = WorkerAddress(host: "127.0.0.1", port: 4000, pid: 42)

    /// Has the board decide, and returns what it wants done.
    @discardableResult
    mutating func receive(_ event: BoardEvent) throws -> [BoardAction] {
        let decided = try board.receive(event, at: now)
        actions += decided
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

    mutating func submit() throws -> TaskID {
        let id = ids.next(at: now.wall)
        try receive(.submitted(id, type: "process_data", data: [:], units: 3))
        return id
    }

    /// A task whose worker has opened its port.
    mutating func running() throws -> TaskID {
        let id = try submit()
        try receive(.started(id, pid: 42))
        try receive(.updated(id, .hello(Self.address)))
        return id
    }

    @discardableResult
    mutating func request(_ action: TaskAction, _ id: TaskID) throws -> RequestID {
        requests += 1
        let request = RequestID(number: requests)
        try receive(.requested(request, action, id))
        return request
    }

    /// The calls to workers, to which events can be the answers.
    var calls: [(id: CallID, action: TaskAction)] {
        actions.compactMap { if case .call(_, let call, let action, _) = $0 { (call, action) } else { nil } }
    }

    func lastCall() throws -> (id: CallID, action: TaskAction) {
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
