import DequeModule

/// The last lines of a worker's standard error.
struct LogTail: Sendable {
    /// The longest line kept whole, in bytes; longer ones are cut into pieces.
    static let lineLimit = 4096
    private static let capacity = 200
    /// The most bytes of all lines.
    private static let sizeLimit = 128 << 10

    private(set) var lines: Deque<String> = []
    /// The number of lines that have been appended in all.
    private(set) var count = 0
    /// Bytes of memory of all lines.
    private(set) var size = 0

    mutating func append(_ line: String) {
        lines.append(line)
        count += 1
        size += Self.size(of: line)
        while lines.count > Self.capacity || size > Self.sizeLimit, let first = lines.popFirst() {
            size -= Self.size(of: first)
        }
    }

    private static func size(of line: String) -> Int { MemoryLayout<String>.size + line.utf8.count }
}
