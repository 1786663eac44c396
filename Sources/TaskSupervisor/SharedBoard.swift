import NIOConcurrencyHelpers
import TaskBoard
import TaskControl
import TaskModel
import TaskStore

/// The board of a service: only the service changes it, and others read it without waiting for the service.
final class SharedBoard: Sendable {
    fileprivate struct State {
        var board: TaskBoard
        var listed = ListedTasks()

        mutating func page(_ query: TaskQuery, _ fields: RecordFields, at now: Moment) -> TaskPage {
            let (tasks, next) = board.page(query, fields, reusing: &listed, at: now)
            return TaskPage(tasks: tasks, total: board.tally.count(query), next: next)
        }
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

    /// The tasks that events have changed.
    struct Changes {
        var all: Set<TaskID> = []
        /// The revisions of those that are in memory.
        var revisions: [(id: TaskID, revision: Int)] = []
        /// Those that are not in memory any more.
        var forgotten: [TaskID] = []
    }

    /// Returns the changes since the last call.
    func dequeueChanges() -> Changes {
        state.withLockedValue { state in
            var changes = Changes(all: state.board.touched)
            state.board.touched = []
            for id in changes.all {
                if let entry = state.board.entries[id] {
                    changes.revisions.append((id, entry.revision))
                } else {
                    changes.forgotten.append(id)
                }
            }
            return changes
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

    /// The first of the matching tasks, those included that are only stored.
    ///
    /// A task that exists all the time is in the page exactly once, also if it ends or leaves memory meanwhile:
    ///
    /// - Memory is read before the store, in which is by then what leaves memory later.
    /// - Of a task in both, the page has what memory shows: an end is stored before it is shown.
    ///
    /// - Parameters:
    ///   - now: returns the current time.
    ///   - finished: reads the tasks that have ended, of some types, from the store.
    nonisolated(nonsending) func page(
        _ query: TaskQuery, _ fields: RecordFields, at now: () -> Moment,
        finished: nonisolated(nonsending) (_ types: Set<String>) async throws(StoreError) -> TaskStore.FinishedPage
    ) async throws(StoreError) -> TaskPage {
        let (inMemory, types) = state.withLockedValue { state in
            (
                state.page(query, fields, at: now()),
                query.reachesStore(of: state.board) ? state.board.tally.types : nil
            )
        }
        guard let types else { return inMemory }
        let stored = try await finished(types)
        return state.withLockedValue { $0.merge(inMemory, stored, query, at: now()) }
    }
}

extension SharedBoard.State {
    /// Merges a page of the tasks that were in memory with a later one of those that have ended.
    fileprivate mutating func merge(
        _ inMemory: TaskPage, _ stored: TaskStore.FinishedPage, _ query: TaskQuery, at now: Moment
    ) -> TaskPage {
        let known = Set(inMemory.tasks.map(\.id))
        var tasks = inMemory.tasks
        for task in stored.items where !known.contains(task.id) {
            guard let entry = board.entries[task.id] else {
                tasks.append(task)
                continue
            }
            guard query.matches(entry.type, entry.state) else { continue }
            if let shown = board.encoded(task.id, reusing: &listed, at: now) { tasks.append(shown) }
        }
        tasks.sort { query.isBefore($0.id, $1.id) }
        // Beyond the end of either page there may be tasks that have not been read.
        var next = [stored.next, inMemory.next].compactMap(\.self).min(by: query.isBefore)
        if let next { tasks.removeAll { query.isBefore(next, $0.id) } }
        if let limit = query.limit, tasks.count > limit {
            tasks.removeSubrange(limit...)
            next = tasks.last?.id
        }
        return TaskPage(tasks: tasks, total: board.tally.count(query), next: next)
    }
}

extension TaskQuery {
    /// Whether some of what matches is not in the board's memory, but only stored.
    fileprivate func reachesStore(of board: TaskBoard) -> Bool {
        (states?.contains(where: \.isFinal) ?? true) && board.isWindowed
    }
}
