package import Dashboard
import Glibc

/// Reads what a terminal sends, and keeps the time of what has begun.
package struct InputReader {
    /// Bytes read at once: more than a terminal's line discipline keeps back.
    private static let chunk = 16_384

    /// Of an open file of its own, so that it alone is non-blocking.
    private let descriptor: CInt
    private var parser: InputParser
    /// When what has begun is ended; `nil` while nothing has.
    private var deadline: ContinuousClock.Instant?

    /// - Parameter descriptor: non-blocking; stays the caller's.
    package init(descriptor: CInt, parser: InputParser) {
        self.descriptor = descriptor
        self.parser = parser
    }

    /// The time until ``expire()`` has something to do; `nil` if it has nothing to do.
    package var timeout: Duration? {
        deadline.map { max(.zero, $0 - .now) }
    }

    /// Reads what has come.
    ///
    /// - Returns: Whether the terminal has gone, too.
    package mutating func read() -> (inputs: [TerminalInput], isAtEnd: Bool) {
        var bytes = [UInt8](repeating: 0, count: Self.chunk)
        var count = 0
        repeat { count = Glibc.read(descriptor, &bytes, bytes.count) } while count < 0 && errno == EINTR
        // Before anything else changes it.
        let error = errno
        guard count > 0 else { return ([], count == 0 || error != EAGAIN) }
        let inputs = parser.parse(bytes[..<count])
        deadline = parser.timeout.map { .now + $0 }
        return (inputs, false)
    }

    /// Ends what has begun too long ago; to be called when nothing can be read.
    package mutating func expire() -> [TerminalInput] {
        guard let due = deadline, due <= .now else { return [] }
        let inputs = parser.expire()
        deadline = parser.timeout.map { .now + $0 }
        return inputs
    }

    /// Drops the keys, the pasted text and the mouse events that have come so far.
    package mutating func discard() {
        if isReadable { _ = read() }
        parser.forgetEscape()
        deadline = parser.timeout.map { .now + $0 }
    }

    private var isReadable: Bool {
        var watched = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        return poll(&watched, 1, 0) > 0
    }
}
