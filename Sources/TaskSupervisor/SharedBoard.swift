import NIOConcurrencyHelpers
import TaskBoard
import TaskControl
import TaskModel

/// The board of a service, which only the service changes, and everybody may read without waiting for it.
final class SharedBoard: Sendable {
    private struct State {
        var board: TaskBoard
        /// Pages of the list that are the same as long as nothing happens.
        var pages = VersionedCache<TaskQuery, TaskPage>(limit: 4)
    }

    private let state: NIOLockedValueBox<State>

    init(_ board: TaskBoard) {
        state = NIOLockedValueBox(State(board: board))
    }

    /// What `body` says of the board.
    ///
    /// Its collections are not to be kept: a change would copy what somebody else holds.
    func read<Value>(_ body: (TaskBoard) -> Value) -> Value {
        state.withLockedValue { body($0.board) }
    }

    /// Decides; see ``TaskBoard/receive(_:at:)``.
    func receive(_ event: BoardEvent, at now: Moment) -> [BoardAction] {
        state.withLockedValue { $0.board.receive(event, at: now) }
    }

    /// See ``TaskBoard/newRank(of:after:)``.
    func newRank(of id: TaskID, after change: QueueChange) -> (priority: Int?, order: Int?)? {
        state.withLockedValue { $0.board.newRank(of: id, after: change) }
    }

    /// Returns the tasks that events have changed since the last call, and those of them that are not in memory any more.
    func dequeueChanges() -> (all: Set<TaskID>, forgotten: [TaskID]) {
        state.withLockedValue { state in
            let touched = state.board.touched
            state.board.touched = []
            return (touched, touched.filter { state.board.entries[$0] == nil })
        }
    }

    func record(_ id: TaskID, at now: Moment) -> TaskRecord? { read { $0.record(id, at: now) } }
    func entry(_ id: TaskID) -> TaskEntry? { read { $0.entries[id] } }
    var isShuttingDown: Bool { read(\.isShuttingDown) }
    var queue: QueueStatus { read(\.queue) }

    /// The tasks in memory that match; the same page again as long as nothing happens.
    func page(_ query: TaskQuery, at now: Moment) -> TaskPage {
        state.withLockedValue { state in
            let version = state.board.version
            if let page = state.pages.value(for: query, version: version) { return page }
            let (tasks, next) = state.board.page(query, at: now)
            let isFixed = tasks.allSatisfy { if case .json = $0 { true } else { false } }
            let page = TaskPage(
                tasks: tasks, total: state.board.tally.count(query), next: next, version: isFixed ? version : nil)
            if isFixed { state.pages.insert(page, for: query, version: version) }
            return page
        }
    }
}

extension TaskQuery {
    /// Whether some of what matches is not in the board's memory, but only stored.
    func reachesStore(of board: TaskBoard) -> Bool {
        (states?.contains(where: \.isFinal) ?? true) && board.isWindowed
    }
}
