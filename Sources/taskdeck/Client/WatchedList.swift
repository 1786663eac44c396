import JSON
import TaskClient
import TaskControl
import TaskModel

/// A table of tasks on the terminal that changes with them, and with the size of the terminal.
actor WatchedList {
    private let session: ClientSession
    private let filter: EventFilter
    private let last: Int?
    private var records: [TaskID: TaskRecord] = [:]
    private var isComplete = false
    /// The number of lines on the screen.
    private var drawn = 0

    /// - Parameter last: the most tasks, the newest; `nil` for all that the terminal has room for.
    init(_ session: ClientSession, _ filter: TaskFilter, last: Int?) {
        self.session = session
        self.last = last
        var events = EventFilter()
        events.states = filter.status
        events.type = filter.type
        self.filter = events
    }

    /// Draws the table until the service ends.
    ///
    /// - Throws: `TaskError`, ``StreamFailure``.
    func run() async throws {
        let signals = session.watchSignals()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await self.follow() }
            group.addTask {
                for await _ in signals { try await self.redraw() }
            }
            // The first error ends the other one too.
            for try await _ in group {}
        }
    }

    private func follow() async throws {
        for try await batch in try await session.client.events(filter) {
            for event in batch { apply(try TaskEvent(event)) }
            if isComplete { try draw() }
        }
        throw TaskError.remote(.connectionLost(reason: "the service has ended"))
    }

    private func apply(_ event: TaskEvent) {
        switch event {
        case .snapshot(let tasks, let isLast, _, _):
            for task in tasks { records[task.id] = task }
            isComplete = isLast
        case .task(let task): records[task.id] = task
        case .removed(let id): records[id] = nil
        case .gap: (records, isComplete) = ([:], false)
        case .queue, .health, .unknown: break
        }
    }

    /// Draws the table alone on the screen: what terminals make of lines of another width differs.
    private func redraw() throws {
        guard isComplete else { return }
        try StandardStream.output.write("\u{1B}[H\u{1B}[2J".utf8)
        drawn = 0
        try draw()
    }

    /// Replaces the lines that were drawn before; what is above them stays.
    private func draw() throws {
        // The heading, and the cursor's line.
        let room = max(1, ShellTerminal.height() - 2)
        let shown = records.values.sorted { $0.id < $1.id }.suffix(min(last ?? .max, room))
        // The terminal may have another size by now.
        let lines = TaskListText.lines(Array(shown), ShellTerminal(.output), at: ServiceClock().now.wall)
        let up = drawn > 0 ? "\u{1B}[\(drawn)A" : ""
        let text = lines.map { $0 + "\u{1B}[K\n" }.joined()
        try StandardStream.output.write("\(up)\r\(text)\u{1B}[J".utf8)
        drawn = lines.count
    }
}
