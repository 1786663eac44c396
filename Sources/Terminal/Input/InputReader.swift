package import Dashboard
import Glibc

/// Reads input from a terminal, with timeouts for incomplete sequences.
package struct InputReader {
    /// The size of a read in bytes: more than the line discipline of a terminal buffers.
    private static let chunk = 16_384

    /// The pause that ends an overlong string.
    ///
    /// Slower lines are rarer than an operator whose keys have no effect while typing.
    static let typingPause = Duration.milliseconds(200)

    /// The descriptor of its own open file description, so that only this one is non-blocking.
    private let descriptor: CInt
    private var parser: InputParser
    /// The time at which what is incomplete expires; `nil` if nothing is.
    private var deadline: ContinuousClock.Instant?
    private let stringTimeout: Duration
    /// The time at which the incomplete string began.
    private var stringBegin: ContinuousClock.Instant?

    /// - Parameters:
    ///   - descriptor: A non-blocking descriptor, which the caller closes.
    ///   - stringTimeout: The time after which an unterminated string may be typed text.
    package init(descriptor: CInt, parser: InputParser, stringTimeout: Duration = .seconds(5)) {
        self.descriptor = descriptor
        self.parser = parser
        self.stringTimeout = stringTimeout
    }

    /// The time until ``expire()`` must be called; `nil` if nothing is incomplete.
    package var timeout: Duration? {
        deadline.map { max(.zero, $0 - .now) }
    }

    /// Reads the available input.
    ///
    /// - Returns: The inputs, and whether the terminal is gone.
    package mutating func read() -> (inputs: [TerminalInput], isAtEnd: Bool) {
        var bytes = [UInt8](repeating: 0, count: Self.chunk)
        var count = 0
        repeat { count = Glibc.read(descriptor, &bytes, bytes.count) } while count < 0 && errno == EINTR
        // Before another call changes it.
        let error = errno
        guard count > 0 else { return ([], count == 0 || error != EAGAIN) }
        let inputs = parser.parse(bytes[..<count])
        updateDeadline()
        return (inputs, false)
    }

    /// Resolves what is incomplete after its timeout; called when there is nothing to read.
    package mutating func expire() -> [TerminalInput] {
        guard let due = deadline, due <= .now else { return [] }
        let inputs = parser.expire()
        updateDeadline()
        return inputs
    }

    /// Discards the keys, pasted text and mouse events of one read, and an escape read before.
    ///
    /// - Returns: Whether there was input.
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
