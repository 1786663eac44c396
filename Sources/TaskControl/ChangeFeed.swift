package import TaskModel

/// The changed tasks that each reader of ``TaskEvents/updates()`` has not read.
///
/// Changes of one task are coalesced, so what waits for a slow reader is bounded by the number of tasks.
package struct ChangeFeed: Sendable {
    package typealias Reader = SignaledReaders<Pending>.ID

    /// What waits for a reader.
    package struct Pending: Sendable {
        fileprivate var changed: Set<TaskID> = []
        fileprivate var backlog = Backlog.before(nil)
    }

    /// The tasks that existed when a reader was added and that it has not read.
    fileprivate enum Backlog {
        /// Those before an id; all if it is `nil`.
        case before(TaskID?)
        case none
    }

    /// The most changed tasks in a batch, and the most that existed before: a batch must not delay other work.
    package static let batchLimit = 1000

    private var readers = SignaledReaders<Pending>()

    package init() {}

    /// Adds a reader, which first reads all tasks.
    ///
    /// - Returns: The reader, and a signal whenever ``nextBatch(for:existing:)`` has something for it.
    package mutating func addReader() -> (Reader, AsyncStream<Void>) {
        readers.add(Pending())
    }

    /// Marks tasks as changed for every reader.
    package mutating func markChanged(_ tasks: Set<TaskID>) {
        guard !tasks.isEmpty else { return }
        readers.signalAll { $0.changed.formUnion(tasks) }
    }

    /// Signals every reader that something besides the tasks has changed.
    package mutating func signalAll() { readers.signalAll() }

    /// Dequeues the next tasks for a reader.
    ///
    /// - Parameter existing: the newest tasks before an id, or of all, up to a limit, the newest first.
    package mutating func nextBatch(
        for reader: Reader, existing: (_ limit: Int, _ before: TaskID?) -> [TaskID]
    ) -> Set<TaskID> {
        readers.update(reader) { pending in
            var tasks = Set(pending.changed.prefix(Self.batchLimit))
            pending.changed.subtract(tasks)
            var isDue = !pending.changed.isEmpty
            if case .before(let id) = pending.backlog {
                let others = existing(Self.batchLimit, id)
                tasks.formUnion(others)
                if others.count == Self.batchLimit, let last = others.last {
                    pending.backlog = .before(last)
                    isDue = true
                } else {
                    pending.backlog = .none
                }
            }
            return (tasks, isDue)
        } ?? []
    }

    /// Ends every reader's signals once it has read what there is.
    package func finish() { readers.finish() }
}
