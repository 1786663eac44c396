package import TaskModel

/// Who is to be told of which tasks have changed: the bookkeeping behind ``TaskControl/updates()``.
///
/// Belongs to whoever owns the tasks. A reader that is slow is told of a task that has changed many
/// times only once, so what waits for it never grows beyond the number of tasks.
package struct ChangeFeed: Sendable {
    /// One reader.
    package struct Reader: Sendable, Hashable {
        fileprivate let number: UInt64
    }

    private struct Pending {
        let signal: AsyncStream<Void>.Continuation
        var changed: Set<TaskID> = []
        var introduction = Introduction.before(nil)
    }

    /// How much a reader has been told of the tasks that there were when it came.
    private enum Introduction {
        /// Of all but those before an id.
        case before(TaskID?)
        case done
    }

    /// The most tasks that are told at once, and again as many that there were before: others are not to wait for it.
    package static let batchLimit = 1000

    private var readers: [Reader: Pending] = [:]
    private var count: UInt64 = 0

    package init() {}

    /// Adds a reader, to be told of the tasks that there are.
    ///
    /// - Returns: The reader, and a signal whenever there is something for it to ``take(for:existing:)``.
    package mutating func addReader() -> (Reader, AsyncStream<Void>) {
        // A signal carries nothing: one that waits stands for all.
        let (signals, signal) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        count += 1
        let reader = Reader(number: count)
        readers[reader] = Pending(signal: signal)
        signal.yield()
        return (reader, signals)
    }

    /// Notes for every reader that these tasks have changed.
    package mutating func note(_ tasks: Set<TaskID>) {
        guard !tasks.isEmpty else { return }
        for reader in readers.keys {
            readers[reader]?.changed.formUnion(tasks)
            if case .terminated = readers[reader]?.signal.yield() { readers[reader] = nil }
        }
    }

    /// Signals every reader, for something that has changed beside the tasks.
    package mutating func signalAll() {
        for reader in readers.keys {
            if case .terminated = readers[reader]?.signal.yield() { readers[reader] = nil }
        }
    }

    /// The next tasks that this reader is to be told of.
    ///
    /// - Parameter existing: the last tasks before an id, or of all, as many as a number says, the last one first.
    package mutating func take(
        for reader: Reader, existing: (_ limit: Int, _ before: TaskID?) -> [TaskID]
    ) -> Set<TaskID> {
        guard var pending = readers[reader] else { return [] }
        readers[reader] = nil
        var tasks = Set(pending.changed.prefix(Self.batchLimit))
        pending.changed.subtract(tasks)
        if case .before(let id) = pending.introduction {
            let others = existing(Self.batchLimit, id)
            tasks.formUnion(others)
            if others.count == Self.batchLimit, let last = others.last {
                pending.introduction = .before(last)
                pending.signal.yield()
            } else {
                pending.introduction = .done
            }
        }
        if !pending.changed.isEmpty { pending.signal.yield() }
        readers[reader] = pending
        return tasks
    }

    /// Ends every reader's signals once it has taken what there is.
    package mutating func finish() {
        for pending in readers.values { pending.signal.finish() }
    }
}
