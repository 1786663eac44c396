import DequeModule

/// The last lines of a worker's standard error.
struct LogTail: Sendable {
    /// The longest line kept whole, in bytes; longer ones are cut into pieces.
    static let lineLimit = 4096
    private static let capacity = 200

    private(set) var lines: Deque<String> = []

    mutating func append(_ line: String) {
        if lines.count == Self.capacity { lines.removeFirst() }
        lines.append(line)
    }
}
