import NIOConcurrencyHelpers
import TaskControl
import TaskModel

/// Signals readers of programs' output by what records say of it.
final class OutputSignals: Sendable {
    private struct Reader {
        let id: TaskID
        let signal: AsyncStream<Void>.Continuation
        /// The attempt, its state and its output when the reader was signaled last.
        var seen: Seen?
    }

    private struct Seen: Equatable {
        let attempt: Int
        let state: TaskState
        let output: ProgramOutput?
    }

    private struct State {
        var readers: [Int: Reader] = [:]
        var count = 0
    }

    private let state = NIOLockedValueBox(State())

    /// Adds a reader, which is signaled at once.
    func add(_ id: TaskID) -> AsyncStream<Void> {
        let (signals, signal) = AsyncStream<Void>.makeCoalescedSignals()
        signal.yield()
        let number = state.withLockedValue { state in
            state.count += 1
            state.readers[state.count] = Reader(id: id, signal: signal)
            return state.count
        }
        signal.onTermination = { [weak self] _ in self?.remove(number) }
        return signals
    }

    private func remove(_ number: Int) { state.withLockedValue { _ = $0.readers.removeValue(forKey: number) } }

    /// Signals the readers of tasks whose output has grown.
    func signal(_ records: [TaskRecord]) {
        let signals = state.withLockedValue { state in
            var signals: [AsyncStream<Void>.Continuation] = []
            guard !state.readers.isEmpty else { return signals }
            for record in records {
                let seen = Seen(attempt: record.attempt, state: record.state, output: record.output)
                for (number, reader) in state.readers where reader.id == record.id && reader.seen != seen {
                    state.readers[number]?.seen = seen
                    signals.append(reader.signal)
                }
            }
            return signals
        }
        for signal in signals { signal.yield() }
    }
}
