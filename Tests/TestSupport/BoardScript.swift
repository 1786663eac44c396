package import JSON
package import TaskBoard
package import TaskModel
package import WorkerProtocol

/// A board with a clock that a test moves, and the record of all its actions.
package struct BoardScript {
    /// Thrown where a test expects something that has not happened.
    private struct Missing: Error {
        let what: String
    }

    package var board: TaskBoard
    package private(set) var actions: [BoardAction] = []
    package private(set) var uptime = Duration.zero
    private var clockError = Duration.zero
    private var ids = TaskIDGenerator()
    private var requests: UInt64 = 0

    /// Whether tasks are stored at once; otherwise the test sends ``EntryEvent/stored``.
    package var storesAtOnce = true
    /// Whether starts are.
    package var storesStartsAtOnce = true

    package init(_ policy: TaskBoard.Policy = TaskBoard.Policy()) {
        board = TaskBoard(policy: policy)
    }

    package init(maxRunning: Int?, keepsQueue: Bool = false, requeues: Bool = false) {
        self.init(
            TaskBoard.Policy(maxRunning: maxRunning, keepsQueue: keepsQueue, requeuesInterrupted: requeues))
    }

    package var now: Moment {
        Moment(wall: Timestamp(milliseconds: Int64((uptime + clockError).wholeMilliseconds)), uptime: uptime)
    }

    /// Sets the civil clock, as an operator or a time server does.
    package mutating func setClock(forwardBy change: Duration) {
        clockError += change
    }

    package static let address = WorkerAddress(host: "127.0.0.1", port: 4000)

    /// Sends an event to the board and returns its actions.
    ///
    /// - Throws: The board's defect, if it reports one.
    @discardableResult
    package mutating func receive(_ event: BoardEvent) throws -> [BoardAction] {
        var decided = board.receive(event, at: now)
        actions += decided
        for case .report(.defect(_, let defect)) in decided { throw defect }
        for case .store(let record) in decided
        where record.state == .starting ? storesStartsAtOnce : storesAtOnce {
            decided += try receive(.task(record.id, .stored))
        }
        return decided
    }

    /// Advances the clock; deadlines on the way are due in time.
    package mutating func pass(_ duration: Duration) throws {
        let end = uptime + duration
        while let deadline = board.nextDeadline, deadline <= end {
            uptime = max(uptime, deadline)
            try receive(.ticked)
        }
        uptime = end
    }

    package mutating func submit(_ options: TaskOptions = TaskOptions(), data: JSONValue = [:]) throws -> TaskID {
        var record = newRecord(options)
        record.data = JSONText(data)
        try submit(record)
        return record.id
    }

    /// Submits a task that is stored, as started if it has a slot.
    @discardableResult
    package mutating func submit(_ record: TaskRecord, hasSlot: Bool = false) throws -> RequestID {
        let request = makeRequest()
        try receive(.submitted(record, by: request, hasSlot: hasSlot))
        return request
    }

    private mutating func makeRequest() -> RequestID {
        requests += 1
        return RequestID(number: requests)
    }

    package mutating func reserveSlot(_ options: TaskOptions = TaskOptions()) -> Bool {
        board.reserveSlot(for: options, at: now)
    }

    /// A task that has not been submitted.
    package mutating func newRecord(_ options: TaskOptions = TaskOptions()) -> TaskRecord {
        TaskRecord(
            id: ids.next(at: now.wall), type: "process_data", data: [:], options: options, state: .queued,
            progress: TaskProgress(done: 0, total: 3), createdAt: now.wall)
    }

    /// A task whose worker has opened its port.
    package mutating func running(_ options: TaskOptions = TaskOptions(), data: JSONValue = [:]) throws -> TaskID {
        let id = try submit(options, data: data)
        try open(id)
        return id
    }

    /// Starts a task's worker, which opens its port.
    package mutating func open(_ id: TaskID) throws {
        try receive(.task(id, .started(pid: 42)))
        try receive(.task(id, .updated(.hello(Self.address))))
    }

    @discardableResult
    package mutating func request(_ action: TaskAction, _ id: TaskID) throws -> RequestID {
        let request = makeRequest()
        try receive(.requested(request, action, id))
        return request
    }

    /// The calls to workers, to which events can be the answers.
    package var calls: [(id: CallID, command: WorkerCommand)] {
        actions.compactMap { if case .call(_, let call, let command, _) = $0 { (call, command) } else { nil } }
    }

    package func lastCall() throws -> (id: CallID, command: WorkerCommand) {
        guard let call = calls.last else { throw Missing(what: "a call") }
        return call
    }

    package func answers(to request: RequestID) -> [Result<TaskRecord, TaskError>] {
        actions.compactMap { action in
            if case .answer(request, let result) = action { result } else { nil }
        }
    }

    package func signals() -> [GroupSignal] {
        actions.compactMap { if case .signal(_, let signal) = $0 { signal } else { nil } }
    }

    /// The number of status requests to workers.
    package var probes: Int { actions.count { if case .probe = $0 { true } else { false } } }

    package var isDrained: Bool { actions.contains { if case .drained = $0 { true } else { false } } }

    /// The records to be stored but for starts, in order.
    package var stored: [TaskRecord] { allStored.filter { $0.state != .starting } }

    /// The tasks to be stored as started, in order.
    package var storedStarts: [TaskID] { allStored.filter { $0.state == .starting }.map(\.id) }

    private var allStored: [TaskRecord] {
        actions.compactMap { if case .store(let record) = $0 { record } else { nil } }
    }

    /// The launches, in order.
    package var launches: [Launch] {
        actions.compactMap { if case .launch(let launch) = $0 { launch } else { nil } }
    }

    /// The tasks to be launched, in order.
    package var launched: [TaskID] { launches.map(\.id) }

    package func record(_ id: TaskID) throws -> TaskRecord {
        guard let record = board.record(id, at: now) else { throw Missing(what: "\(id)") }
        return record
    }

    /// Ends the worker's process group.
    package mutating func end(_ id: TaskID, _ status: WorkerEnd.Status = .exited(code: 0), log: String? = nil) throws {
        try receive(.task(id, .ended(WorkerEnd(status: status, reaped: 1), lastLogLine: log)))
    }
}

extension WorkerEnd.Status {
    package static let killed = WorkerEnd.Status.signaled(number: 9, name: "SIGKILL")
}

extension TaskBoard {
    /// A page of which nothing has been encoded before.
    package func page(_ query: TaskQuery, at now: Moment) -> (items: [EncodedRecord], next: TaskID?) {
        var listed = ListedTasks()
        return page(query, reusing: &listed, at: now)
    }
}
