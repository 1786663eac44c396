import Synchronization
package import TaskModel

/// The order in which tasks have changed, for readers that resume where they, or others, have stopped.
///
/// Of each task only the last change is kept: a reader that was slow or away skips those before it. The state of a reader
/// is one number, so that any number of slow readers keep nothing.
package final class ChangeJournal: Sendable {
    /// The last change of a task.
    package struct Change: Sendable, Hashable {
        package enum Kind: Sendable, Hashable {
            /// The task is new or has changed; with the revision of its record.
            case revision(Int)
            /// The task is not kept any longer.
            case removal(type: String, state: TaskState)
        }

        /// Its place in the order of all changes, counted from 1.
        package let number: Int
        package let id: TaskID
        package let kind: Kind
    }

    /// Changes in their order.
    package struct Batch: Sendable {
        package let changes: [Change]
        /// The number after which the next batch begins.
        package let end: Int
    }

    /// A reader that is signaled.
    package struct Reader: Sendable {
        fileprivate let number: Int
        /// Signals that carry nothing.
        ///
        /// The first one comes at once. They end with the service, or with ``ChangeJournal/remove(_:)``.
        package let signals: AsyncStream<Void>
    }

    fileprivate struct ActiveReader {
        let signal: AsyncStream<Void>.Continuation
        let onFinish: @Sendable () -> Void
    }

    fileprivate struct State {
        /// By number, with some that have been superseded.
        var changes: [Change] = []
        /// The numbers of those that have not.
        var current: [TaskID: Int] = [:]
        /// That of the last change or signal.
        var number = 0
        /// That of the last change that has been dropped.
        var dropped = 0
        var readers: [Int: ActiveReader] = [:]
        /// The readers to signal with the next change.
        var waiting: Set<Int> = []
        var readerNumber = 0
        var isFinished = false
    }

    /// The most changes that are kept, each of another task.
    package let capacity: Int
    /// Differs from that of the journal of any other service.
    package let name = String(UInt64.random(in: 0...UInt64.max), radix: 36)
    private let state = Mutex(State())

    package init(capacity: Int = 16_384) {
        self.capacity = capacity
    }

    /// The number of the last change or signal.
    package var number: Int { state.withLock(\.number) }

    /// The number of readers.
    package var readerCount: Int { state.withLock(\.readers.count) }

    // MARK: - Changes

    /// Records the revisions of tasks; one that is recorded already changes nothing.
    package func record(_ revisions: [(id: TaskID, revision: Int)]) {
        guard !revisions.isEmpty else { return }
        state.withLock { state in
            for (id, revision) in revisions where state.revision(of: id).map({ $0 < revision }) ?? true {
                state.append(id, .revision(revision), capacity: capacity)
            }
            state.signalWaiting()
        }
    }

    /// Records that tasks are not kept any longer.
    package func recordRemoval(of tasks: [PrunedTask]) {
        guard !tasks.isEmpty else { return }
        state.withLock { state in
            for task in tasks {
                state.append(task.id, .removal(type: task.type, state: task.state), capacity: capacity)
            }
            state.signalWaiting()
        }
    }

    /// Signals the readers that something besides the tasks has changed.
    package func signalAll() {
        state.withLock { state in
            state.number += 1
            state.signalWaiting()
        }
    }

    /// Ends the signals of all readers, those to come included.
    package func finish() {
        let readers = state.withLock { state in
            state.isFinished = true
            return Array(state.readers.values)
        }
        for reader in readers {
            reader.signal.finish()
            reader.onFinish()
        }
    }

    // MARK: - Readers

    /// Adds a reader.
    ///
    /// - Parameter onFinish: called once the signals end with the service, which then waits for no reader.
    package func addReader(onFinish: @escaping @Sendable () -> Void = {}) -> Reader {
        let (signals, signal) = AsyncStream.makeCoalescedSignals()
        signal.yield()
        let (number, isFinished) = state.withLock { state in
            state.readerNumber += 1
            if !state.isFinished {
                state.readers[state.readerNumber] = ActiveReader(signal: signal, onFinish: onFinish)
            }
            return (state.readerNumber, state.isFinished)
        }
        if isFinished {
            signal.finish()
            onFinish()
        }
        return Reader(number: number, signals: signals)
    }

    /// Removes a reader, and ends its signals.
    package func remove(_ reader: Reader) {
        let removed = state.withLock { state in
            state.waiting.remove(reader.number)
            return state.readers.removeValue(forKey: reader.number)
        }
        removed?.signal.finish()
    }

    /// Signals a reader now.
    package func signal(_ reader: Reader) {
        state.withLock { $0.readers[reader.number] }?.signal.yield()
    }

    /// Signals a reader once, as soon as there are changes after a number.
    package func signal(_ reader: Reader, after number: Int) {
        state.withLock { state in
            guard let active = state.readers[reader.number] else { return }
            if state.number > number { active.signal.yield() } else { state.waiting.insert(reader.number) }
        }
    }

    /// The changes after a number, at most so many; `nil` if some of them are not kept any more.
    package func changes(after number: Int, limit: Int) -> Batch? {
        state.withLock { state in
            guard number >= state.dropped else { return nil }
            var changes: [Change] = []
            for change in state.changes[state.index(after: number)...] where state.isCurrent(change) {
                if changes.count == limit { return Batch(changes: changes, end: changes.last?.number ?? number) }
                changes.append(change)
            }
            return Batch(changes: changes, end: state.number)
        }
    }

    /// Of these revisions, those whose changes come after a number, or have not been recorded yet.
    package func revisions(_ revisions: [(id: TaskID, revision: Int)], after number: Int) -> [TaskID: Int] {
        state.withLock { state in
            var unread: [TaskID: Int] = [:]
            for (id, revision) in revisions {
                guard let current = state.current[id] else { continue }
                if current > number || state.revision(of: id).map({ $0 < revision }) ?? false { unread[id] = revision }
            }
            return unread
        }
    }
}

extension ChangeJournal.State {
    fileprivate mutating func append(_ id: TaskID, _ kind: ChangeJournal.Change.Kind, capacity: Int) {
        number += 1
        changes.append(ChangeJournal.Change(number: number, id: id, kind: kind))
        current[id] = number
        // Each change is moved about once.
        if changes.count >= 2 * max(current.count, 512) || current.count > capacity { dropSuperseded(capacity) }
    }

    private mutating func dropSuperseded(_ capacity: Int) {
        let current = current
        changes.removeAll { current[$0.id] != $0.number }
        guard changes.count > capacity else { return }
        let oldest = changes.prefix(changes.count - capacity * 3 / 4)
        for change in oldest { self.current[change.id] = nil }
        dropped = oldest.last?.number ?? dropped
        changes.removeFirst(oldest.count)
    }

    fileprivate func isCurrent(_ change: ChangeJournal.Change) -> Bool { current[change.id] == change.number }

    /// The index of the first change after a number.
    fileprivate func index(after number: Int) -> Int {
        var (low, high) = (changes.startIndex, changes.endIndex)
        while low < high {
            let middle = low + (high - low) / 2
            if changes[middle].number <= number { low = middle + 1 } else { high = middle }
        }
        return low
    }

    /// The recorded revision of a task; `nil` if there is none.
    fileprivate func revision(of id: TaskID) -> Int? {
        guard let number = current[id], case .revision(let revision) = changes[index(after: number - 1)].kind else {
            return nil
        }
        return revision
    }

    fileprivate mutating func signalWaiting() {
        guard !waiting.isEmpty else { return }
        for number in waiting { readers[number]?.signal.yield() }
        waiting.removeAll(keepingCapacity: true)
    }
}
