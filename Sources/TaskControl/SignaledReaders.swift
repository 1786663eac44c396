/// Readers that are signaled when there is something for them, each with a state of its own.
///
/// Belongs to the owner of what is read. A signal carries nothing: any number of them count as one until it is consumed,
/// so a slow reader keeps nothing but its state.
package struct SignaledReaders<State: Sendable>: Sendable {
    /// One reader.
    package struct ID: Sendable, Hashable {
        fileprivate let number: UInt64
    }

    private struct Reader {
        let signal: AsyncStream<Void>.Continuation
        var state: State
    }

    private var readers: [ID: Reader] = [:]
    private var count: UInt64 = 0

    package init() {}

    /// Adds a reader and signals it.
    ///
    /// - Parameter onEnd: called when the signals are no longer iterated over, to remove the reader; otherwise the next signal
    ///   to all removes it.
    /// - Returns: The reader, and its signals.
    package mutating func add(
        _ state: State, onEnd: (@Sendable (ID) -> Void)? = nil
    ) -> (ID, AsyncStream<Void>) {
        let (signals, signal) = AsyncStream.makeCoalescedSignals()
        count += 1
        let id = ID(number: count)
        // Not when the owner has finished them, which it may do with its lock.
        signal.onTermination = { if case .cancelled = $0 { onEnd?(id) } }
        readers[id] = Reader(signal: signal, state: state)
        signal.yield()
        return (id, signals)
    }

    package mutating func remove(_ id: ID) { readers[id] = nil }

    /// The number of readers that have not been removed.
    package var readerCount: Int { readers.count }

    /// Updates the state of a reader, if it is still there.
    ///
    /// - Parameter body: returns a value, and whether the reader is to be signaled again.
    package mutating func update<Value>(_ id: ID, _ body: (inout State) -> (Value, isDue: Bool)) -> Value? {
        guard var reader = readers[id] else { return nil }
        // So that collections in the state are not copied.
        readers[id] = nil
        let (value, isDue) = body(&reader.state)
        readers[id] = reader
        if isDue { reader.signal.yield() }
        return value
    }

    /// Updates the state of every reader, and signals it.
    package mutating func signalAll(_ update: (inout State) -> Void = { _ in }) {
        for id in Array(readers.keys) {
            guard var reader = readers.removeValue(forKey: id) else { continue }
            update(&reader.state)
            if case .terminated = reader.signal.yield() { continue }
            readers[id] = reader
        }
    }

    /// Ends the signals of every reader once it has consumed the last one.
    package func finish() {
        for reader in readers.values { reader.signal.finish() }
    }
}

extension AsyncStream<Void> {
    /// A stream of signals that carry nothing: any number of them count as one until it is consumed.
    package static func makeCoalescedSignals() -> (stream: AsyncStream<Void>, continuation: Continuation) {
        makeStream(bufferingPolicy: .bufferingNewest(1))
    }
}
