import DequeModule
import Glibc
import SystemPackage

/// Where log lines are written, which may fail for a while.
///
/// Lines wait then, and are written with those that follow; of too many the oldest are lost, and their number is written
/// in their place. Belongs to the thread of its ``LogWriter``.
struct LogOutput: Sendable {
    /// Bytes that wait at most.
    static let capacity = 1 << 20

    /// What a call of ``write(_:)`` has changed.
    enum Change: Equatable {
        case failed(Errno)
        case recovered(lostLines: Int)
    }

    private enum Piece {
        case bytes([UInt8])
        /// In place of so many lines.
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
    /// Milliseconds for which a pipe or terminal that is full is waited for until that is a failure; -1 for no limit.
    private let patience: Int32
    private var waiting: Deque<Piece> = []
    private var waitingBytes = 0
    /// Whether the beginning of the first piece is written already.
    private var isTorn = false
    private var failure: (error: Errno, lostLines: Int)?

    init(_ descriptor: FileDescriptor, patience: Int32) {
        self.descriptor = descriptor
        self.patience = patience
    }

    /// Why the lines that wait could not be written; `nil` when none waits.
    var error: Errno? { failure?.error }

    /// How many lines wait, those included in whose place their number waits.
    var lineCount: Int { waiting.reduce(0) { $0 + $1.lineCount } }

    /// Writes what waits, then these lines, each with its line feed.
    ///
    /// - Parameters:
    ///   - lostLines: How many lines before these have been lost.
    ///   - willWait: Called before a pipe or terminal that is full is waited for, with the number of lines that wait.
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

    /// Goes on in another file, from the next line on.
    ///
    /// - Returns: The file until now, to be closed.
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
                guard poll(&watched, 1, patience) != 0 else { throw .resourceTemporarilyUnavailable }
            } catch {
                throw error as? Errno ?? .ioError
            }
        }
    }

    /// As much as is written at a time; not all, which would be copied anew whenever writing fails.
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

    /// Returns how many lines have been lost by this.
    private mutating func discardOldest() -> Int {
        // The rest of a torn line is kept: without it the next one would be torn, too.
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
