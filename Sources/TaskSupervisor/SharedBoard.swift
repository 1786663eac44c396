import NIOConcurrencyHelpers
import TaskBoard
import TaskControl
import TaskModel

/// The board of a service: only the service changes it, and others read it without waiting for the service.
final class SharedBoard: Sendable {
    private struct State {
        var board: TaskBoard
        var listed = ListedTasks()
    }

    private let state: NIOLockedValueBox<State>

    init(_ board: TaskBoard) {
        state = NIOLockedValueBox(State(board: board))
    }

    /// Reads the board.
    ///
    /// A collection of the board must not outlive `body`: the next change would copy it.
    func read<Value>(_ body: (TaskBoard) -> Value) -> Value {
        state.withLockedValue { body($0.board) }
    }

    /// Decides; see ``TaskBoard/receive(_:at:)``.
    func receive(_ event: BoardEvent, at now: Moment) -> [BoardAction] {
        state.withLockedValue { state in
            let actions = state.board.receive(event, at: now)
            state.listed.remove(state.board.touched)
            return actions
        }
    }

    /// See ``TaskBoard/reserveSlot(for:at:)``.
    func reserveSlot(for options: TaskOptions, at now: Moment) -> Bool {
        state.withLockedValue { $0.board.reserveSlot(for: options, at: now) }
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

    /// One task in JSON; `nil` if it is not in memory.
    func encoded(_ id: TaskID, at now: Moment) -> EncodedRecord? {
        state.withLockedValue { $0.board.encoded(id, reusing: &$0.listed, at: now) }
    }

    /// The first of the matching tasks in memory, as many as the query allows and should be made in one go.
    func page(_ query: TaskQuery, _ fields: RecordFields = .all, at now: Moment) -> TaskPage {
        state.withLockedValue { state in
            let (tasks, next) = state.board.page(query, fields, reusing: &state.listed, at: now)
            return TaskPage(tasks: tasks, total: state.board.tally.count(query), next: next)
        }
    }
}

extension TaskQuery {
    /// Whether some of what matches is not in the board's memory, but only stored.
    func reachesStore(of board: TaskBoard) -> Bool {
        (states?.contains(where: \.isFinal) ?? true) && board.isWindowed
    }
}
