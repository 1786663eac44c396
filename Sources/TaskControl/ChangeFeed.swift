package import TaskModel

/// Who is to be told of which tasks have changed: the bookkeeping behind ``TaskControl/updates()``.
///
/// Belongs to whoever owns the tasks. A reader that is slow is told of a task that has changed many
/// times only once, so what waits for it never grows beyond the number of tasks.
package struct ChangeFeed: Sendable {
    package typealias Reader = SignaledReaders<Pending>.ID

    /// What waits for a reader.
    package struct Pending: Sendable {
        fileprivate var changed: Set<TaskID> = []
        fileprivate var introduction = Introduction.before(nil)
    }

    /// How much a reader has been told of the tasks that there were when it came.
    fileprivate enum Introduction {
        /// Of all but those before an id.
        case before(TaskID?)
        case done
    }

    /// The most tasks that are told at once, and again as many that there were before: others are not to wait for it.
    package static let batchLimit = 1000

    private var readers = SignaledReaders<Pending>()

    package init() {}

    /// Adds a reader, to be told of the tasks that there are.
    ///
    /// - Returns: The reader, and a signal whenever there is something for it to ``take(for:existing:)``.
    package mutating func addReader() -> (Reader, AsyncStream<Void>) {
        readers.add(Pending())
    }

    /// Notes for every reader that these tasks have changed.
    package mutating func note(_ tasks: Set<TaskID>) {
        guard !tasks.isEmpty else { return }
        readers.signalAll { $0.changed.formUnion(tasks) }
    }

    /// Signals every reader, for something that has changed beside the tasks.
    package mutating func signalAll() { readers.signalAll() }

    /// The next tasks that this reader is to be told of.
    ///
    /// - Parameter existing: the last tasks before an id, or of all, as many as a number says, the last one first.
    package mutating func take(
        for reader: Reader, existing: (_ limit: Int, _ before: TaskID?) -> [TaskID]
    ) -> Set<TaskID> {
        readers.update(reader) { pending in
            var tasks = Set(pending.changed.prefix(Self.batchLimit))
            pending.changed.subtract(tasks)
            var isDue = !pending.changed.isEmpty
            if case .before(let id) = pending.introduction {
                let others = existing(Self.batchLimit, id)
                tasks.formUnion(others)
                if others.count == Self.batchLimit, let last = others.last {
                    pending.introduction = .before(last)
                    isDue = true
                } else {
                    pending.introduction = .done
                }
            }
            return (tasks, isDue)
        } ?? []
    }

    /// Ends every reader's signals once it has taken what there is.
    package func finish() { readers.finish() }
}
