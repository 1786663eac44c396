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
        var changed: Set<TaskID>
    }

    private var readers: [Reader: Pending] = [:]
    private var count: UInt64 = 0

    package init() {}

    /// Adds a reader, to be told of the tasks that there are.
    ///
    /// - Returns: The reader, and a signal whenever there is something for it to ``take(for:)``.
    package mutating func addReader(knowing tasks: some Sequence<TaskID>) -> (Reader, AsyncStream<Void>) {
        // A signal carries nothing: one that waits stands for all.
        let (signals, signal) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        count += 1
        let reader = Reader(number: count)
        readers[reader] = Pending(signal: signal, changed: Set(tasks))
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

    /// The tasks that have changed since this reader last asked.
    package mutating func take(for reader: Reader) -> Set<TaskID> {
        defer { readers[reader]?.changed.removeAll(keepingCapacity: true) }
        return readers[reader]?.changed ?? []
    }

    /// Ends every reader's signals once it has taken what there is.
    package mutating func finish() {
        for pending in readers.values { pending.signal.finish() }
    }
}
