import DequeModule
import Glibc
import SystemPackage

/// A descriptor that log lines are written to, which may fail for a while.
///
/// Lines wait then, and are written with those that follow; beyond the capacity the oldest are lost, and their number is
/// written in their place. Belongs to the thread of its ``LogWriter``.
struct LogOutput: Sendable {
    /// The most bytes that wait.
    static let capacity = 1 << 20

    /// A transition between writing and failing.
    enum Change: Equatable {
        case failed(Errno)
        case recovered(lostLines: Int)
    }

    private enum Piece {
        case bytes([UInt8])
        /// The number of lines that were lost here.
        case lost(Int)

        var lineCount: Int { if case .lost(let count) = self { count } else { 1 } }

        var bytes: [UInt8] {
            switch self {
            case .bytes(let bytes): bytes
            case .lost(let count): Array("taskdeck: \(count) log line\(count == 1 ? " was" : "s were") lost\n".utf8)
            }
        }
    }

    private(set) var descriptor: FileDescriptor
    /// The time that a full pipe or terminal may stall before that is a failure, in milliseconds; -1 for no limit.
    private let stallTimeout: Int32
    private var waiting: Deque<Piece> = []
    private var waitingBytes = 0
    /// Whether only the rest of the first piece waits.
    private var isTorn = false
    private var failure: (error: Errno, lostLines: Int)?

    init(_ descriptor: FileDescriptor, stallTimeout: Int32) {
        self.descriptor = descriptor
        self.stallTimeout = stallTimeout
    }

    /// Why the last write failed; `nil` when no line waits.
    var error: Errno? { failure?.error }

    /// The number of lines that wait, lost ones included whose number is not written yet.
    var lineCount: Int { waiting.reduce(0) { $0 + $1.lineCount } }

    /// Writes the lines that wait, then these, each with its line feed.
    ///
    /// - Parameters:
    ///   - lostLines: the number of lines that were lost before these.
    ///   - willWait: called with the number of lines that wait, before the wait for a full pipe or terminal.
    mutating func write(
        _ lines: some Sequence<String>, afterLossOf lostLines: Int = 0, willWait: (Int) -> Void = { _ in }
    ) -> Change? {
        if lostLines > 0 { waiting.append(.lost(lostLines)) }
        for line in lines {
            let bytes = Array(line.utf8)
            waiting.append(.bytes(bytes))
            waitingBytes += bytes.count
        }
        do throws(Errno) {
            try writeWaiting(willWait)
        } catch {
            let lostLines = discardOldest()
            if failure == nil {
                failure = (error, lostLines)
                return .failed(error)
            }
            failure?.lostLines += lostLines
            failure?.error = error
            return nil
        }
        defer { failure = nil }
        return failure.map { .recovered(lostLines: $0.lostLines) }
    }

    /// Continues in another file, with the next whole line.
    ///
    /// - Returns: The previous file, to be closed.
    mutating func replace(with descriptor: FileDescriptor) -> FileDescriptor {
        if isTorn, let rest = waiting.popFirst() {
            waitingBytes -= rest.bytes.count
            isTorn = false
        }
        defer { self.descriptor = descriptor }
        return self.descriptor
    }

    private mutating func writeWaiting(_ willWait: (Int) -> Void) throws(Errno) {
        while !waiting.isEmpty {
            let chunk = nextChunk()
            do {
                remove(try chunk.withUnsafeBytes { try descriptor.write($0) })
            } catch Errno.resourceTemporarilyUnavailable {
                willWait(lineCount)
                var watched = pollfd(fd: descriptor.rawValue, events: Int16(POLLOUT), revents: 0)
                guard poll(&watched, 1, stallTimeout) != 0 else { throw .resourceTemporarilyUnavailable }
            } catch {
                throw error as? Errno ?? .ioError
            }
        }
    }

    /// The bytes of the next write(2); not all that wait, which would be copied again with every failure.
    private func nextChunk() -> [UInt8] {
        var chunk: [UInt8] = []
        for piece in waiting {
            chunk += piece.bytes
            if chunk.count >= 1 << 16 { break }
        }
        return chunk
    }

    /// Removes bytes that have been written.
    private mutating func remove(_ written: Int) {
        var written = written
        while written > 0, let piece = waiting.popFirst() {
            let bytes = piece.bytes
            let rest = bytes.dropFirst(written)
            if case .bytes = piece { waitingBytes -= bytes.count }
            isTorn = !rest.isEmpty
            if isTorn {
                waiting.prepend(.bytes(Array(rest)))
                waitingBytes += rest.count
            }
            written -= bytes.count - rest.count
        }
    }

    /// Removes the oldest lines beyond the capacity.
    ///
    /// - Returns: The number of removed lines.
    private mutating func discardOldest() -> Int {
        // The rest of a torn line stays: without it the next one would continue its beginning.
        let first = isTorn ? 1 : 0
        var lost = 0
        while waitingBytes > Self.capacity, waiting.count > first + 1 {
            let removed: Piece
            if case .lost(let count) = waiting[first] {
                removed = waiting.remove(at: first + 1)
                waiting[first] = .lost(count + removed.lineCount)
            } else {
                removed = waiting[first]
                waiting[first] = .lost(1)
            }
            if case .bytes(let bytes) = removed {
                waitingBytes -= bytes.count
                lost += 1
            }
        }
        return lost
    }
}
