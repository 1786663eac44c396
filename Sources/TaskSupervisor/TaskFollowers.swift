import NIOConcurrencyHelpers
import TaskModel

/// The readers that wait for changes of single tasks.
final class TaskFollowers: Sendable {
    /// A reader of one task.
    struct ID: Sendable {
        fileprivate let task: TaskID
        fileprivate let number: UInt64
    }

    private struct State {
        var signals: [TaskID: [UInt64: AsyncStream<Void>.Continuation]] = [:]
        var count: UInt64 = 0
        var isFinished = false
    }

    private let state = NIOLockedValueBox(State())

    /// Signals a reader from now on whenever a task has changed or logged.
    ///
    /// - Returns: The reader, to be removed; `nil` after the end of the service, which finishes the signals.
    func add(_ signal: AsyncStream<Void>.Continuation, to task: TaskID) -> ID? {
        let id = state.withLockedValue { state -> ID? in
            guard !state.isFinished else { return nil }
            state.count += 1
            state.signals[task, default: [:]][state.count] = signal
            return ID(task: task, number: state.count)
        }
        if id == nil { signal.finish() }
        return id
    }

    func remove(_ id: ID) {
        state.withLockedValue { state in
            state.signals[id.task]?[id.number] = nil
            if state.signals[id.task]?.isEmpty == true { state.signals[id.task] = nil }
        }
    }

    /// Signals the readers of tasks.
    func signal(_ tasks: some Sequence<TaskID>) {
        state.withLockedValue { state in
            guard !state.signals.isEmpty else { return }
            for task in tasks { state.signals[task]?.values.forEach { $0.yield() } }
        }
    }

    /// Finishes all signals.
    func finish() {
        let signals = state.withLockedValue { state in
            state.isFinished = true
            return state.signals.values.flatMap(\.values)
        }
        // Outside of the lock: readers are removed by the end of their signals.
        for signal in signals { signal.finish() }
    }
}
