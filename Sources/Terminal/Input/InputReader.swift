package import Dashboard
import Glibc

/// Reads what a terminal sends, and keeps the time of what has begun.
package struct InputReader {
    /// Bytes read at once: more than a terminal's line discipline keeps back.
    private static let chunk = 16_384

    /// The pause that ends a string which has gone on for too long.
    ///
    /// Lines that take longer for the next piece are rarer than keys that, one by one, would have no effect for as
    /// long as somebody types.
    static let typingPause = Duration.milliseconds(200)

    /// Of an open file of its own, so that it alone is non-blocking.
    private let descriptor: CInt
    private var parser: InputParser
    /// When what has begun is ended; `nil` while nothing has.
    private var deadline: ContinuousClock.Instant?
    private let stringTimeout: Duration
    /// When the string began that is still open.
    private var stringBegin: ContinuousClock.Instant?

    /// - Parameters:
    ///   - descriptor: non-blocking; stays the caller's.
    ///   - stringTimeout: after which a string without an end may be one that is typed.
    package init(descriptor: CInt, parser: InputParser, stringTimeout: Duration = .seconds(5)) {
        self.descriptor = descriptor
        self.parser = parser
        self.stringTimeout = stringTimeout
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
        updateDeadline()
        return (inputs, false)
    }

    /// Ends what has begun too long ago; to be called when nothing can be read.
    package mutating func expire() -> [TerminalInput] {
        guard let due = deadline, due <= .now else { return [] }
        let inputs = parser.expire()
        updateDeadline()
        return inputs
    }

    /// Drops the keys, the pasted text and the mouse events that one read brings, and an escape that was read before.
    ///
    /// - Returns: Whether there was anything to read.
    package mutating func discard() -> Bool {
        let hasInput = isReadable
        if hasInput { _ = read() }
        parser.discardEscape()
        updateDeadline()
        return hasInput
    }

    private mutating func updateDeadline() {
        let now = ContinuousClock.now
        stringBegin = parser.isInString ? stringBegin ?? now : nil
        let isLong = stringBegin.map { now - $0 >= stringTimeout } == true
        deadline = parser.timeout.map { now + (isLong ? min($0, Self.typingPause) : $0) }
    }

    private var isReadable: Bool {
        var watched = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        return poll(&watched, 1, 0) > 0
    }
}
