import CLinux
import Glibc
import TaskModel
import TaskOutput

/// What the thread of a pump does: sleeps until there is something to read, or a report is due.
struct PumpLoop {
    /// The most bytes read in one step.
    private static let chunkSize = 256 * 1024
    /// The most bytes read from one pipe after the program's end: more than a pipe has room for, since what has escaped
    /// may still write.
    private static let restLimit = 4 * 1024 * 1024
    /// The time for which part of a line is kept back, in the hope of the rest.
    private static let partialLineDelay = Duration.milliseconds(100)
    private static let outputInterval = Duration.seconds(1)
    private static let progressInterval = Duration.milliseconds(50)
    /// The time after which a hold is looked at again: of a reader that is killed the end may not show.
    private static let holdInterval = Duration.seconds(1)

    private var pipes: OutputPump.Pipes
    private let writer: OutputWriter
    private let onReport: @Sendable (OutputReport) -> Void
    private let buffer: UnsafeMutableRawBufferPointer
    private let clock = ContinuousClock()
    private var lastLine = LastLine()
    private var recognizer: ProgressRecognizer?
    private var progressLines = ProgressLines()
    private var output = PacedReport(every: outputInterval, from: ProgramOutput())
    private var progress = PacedReport<TaskProgress>(every: progressInterval)
    /// When part of a line is written without its rest; `nil` without one.
    private var partialLineDeadline: ContinuousClock.Instant?

    init(
        _ pipes: OutputPump.Pipes, to log: OutputLog, limit: Int, progress rule: ProgressRule,
        onReport: @escaping @Sendable (OutputReport) -> Void
    ) {
        self.pipes = pipes
        self.onReport = onReport
        writer = OutputWriter(log, limit: limit)
        recognizer = ProgressRecognizer(rule)
        buffer = .allocate(byteCount: Self.chunkSize, alignment: 16)
        prepare()
    }

    /// Reads until the signal to end, or none has the pipes any more.
    ///
    /// - Parameter signals: where ``OutputPump/Signals`` come from (eventfd(2)).
    mutating func run(_ signals: CInt) {
        while !pipes.all.isEmpty, !wait(signals) {
            writer.flush()
            advance()
        }
    }

    private func prepare() {
        // Of the thread alone: a file that is too large for the process's limit is an error like a full disk.
        var mask = sigset_t()
        sigemptyset(&mask)
        sigaddset(&mask, SIGXFSZ)
        pthread_sigmask(SIG_BLOCK, &mask, nil)
        for pipe in pipes.all { _ = fcntl(pipe, F_SETFL, O_NONBLOCK) }
    }

    /// Waits for bytes, a deadline or a signal, and reads what there is; whether the program has ended.
    private mutating func wait(_ signals: CInt) -> Bool {
        let hold = writer.hold
        // No array, whose memory would be allocated in every step. A negative number is left out: the program waits at
        // its pipes while a reader holds the log.
        var watched = (
            pollfd(fd: hold == nil ? pipes.output : -1, events: Int16(POLLIN), revents: 0),
            pollfd(fd: hold == nil ? pipes.errors : -1, events: Int16(POLLIN), revents: 0),
            pollfd(fd: pipes.progress, events: Int16(POLLIN), revents: 0),
            pollfd(fd: signals, events: Int16(POLLIN), revents: 0),
            pollfd(fd: hold ?? -1, events: Int16(POLLIN), revents: 0)
        )
        let timeout = timeout
        let count = withUnsafeMutablePointer(to: &watched) { all in
            all.withMemoryRebound(to: pollfd.self, capacity: 5) { poll($0, 5, timeout) }
        }
        if hold != nil { writer.updateHold() }
        guard count > 0 else { return false }
        if watched.0.revents != 0 { read(.standardOutput) }
        if watched.1.revents != 0 { read(.standardError) }
        if watched.2.revents != 0 { readProgress() }
        return watched.3.revents != 0 && handle(signals)
    }

    /// Does what the signals are for; whether the program has ended.
    private func handle(_ signals: CInt) -> Bool {
        var value: UInt64 = 0
        Glibc.read(signals, &value, MemoryLayout.size(ofValue: value))
        let received = OutputPump.Signals(rawValue: value)
        if received.contains(.stopWaiting) { writer.ignoreHolds() }
        return received.contains(.end)
    }

    /// The time until something is due, in milliseconds; -1 when nothing is.
    private var timeout: CInt {
        let holdDeadline = writer.hold.map { _ in clock.now + Self.holdInterval }
        let deadlines = [partialLineDeadline, output.deadline, progress.deadline, holdDeadline].compactMap(\.self)
        guard let next = deadlines.min() else { return -1 }
        let rest = next - clock.now
        return rest > .zero ? CInt(rest.wholeMilliseconds + 1) : 0
    }

    // MARK: - Reading

    private func descriptor(of stream: ProgramStream) -> CInt {
        switch stream {
        case .standardOutput: pipes.output
        case .standardError: pipes.errors
        }
    }

    /// Reads once and returns how many bytes there were; `nil` when there are none, or the pipe has ended.
    @discardableResult
    private mutating func read(_ stream: ProgramStream) -> Int? {
        let count = Glibc.read(descriptor(of: stream), buffer.baseAddress, buffer.count)
        guard count > 0 else {
            if count == 0 || errno != EAGAIN && errno != EINTR { closePipe(of: stream) }
            return nil
        }
        let bytes = UnsafeRawBufferPointer(rebasing: buffer[..<count])
        writer.append(bytes, from: stream, at: .now())
        lastLine.append(bytes, from: stream)
        output.set(writer.counts)
        if !progressLines.hasReported, let found = recognizer?.search(bytes, of: stream) { progress.set(found) }
        return count
    }

    @discardableResult
    private mutating func readProgress() -> Int? {
        guard pipes.progress >= 0 else { return nil }
        let count = Glibc.read(pipes.progress, buffer.baseAddress, buffer.count)
        guard count > 0 else {
            guard count == 0 || errno != EAGAIN && errno != EINTR else { return nil }
            apply(progressLines.finish())
            close(pipes.progress)
            pipes.progress = -1
            return nil
        }
        apply(progressLines.append(UnsafeRawBufferPointer(rebasing: buffer[..<count])))
        return count
    }

    private mutating func apply(_ found: ProgressLines.Found) {
        if let next = found.progress { progress.set(next) }
        if let line = found.invalid { onReport(.invalidProgress(line)) }
    }

    private mutating func closePipe(of stream: ProgramStream) {
        guard descriptor(of: stream) >= 0 else { return }
        close(descriptor(of: stream))
        switch stream {
        case .standardOutput: pipes.output = -1
        case .standardError: pipes.errors = -1
        }
    }

    /// Reads what is left in a pipe.
    private mutating func drain(_ stream: ProgramStream) {
        var rest = Self.restLimit
        while rest > 0, descriptor(of: stream) >= 0, let count = read(stream) { rest -= count }
        closePipe(of: stream)
    }

    // MARK: - Reports

    /// Does what is due.
    private mutating func advance() {
        let now = clock.now
        if !writer.hasPartialLine {
            partialLineDeadline = nil
        } else if let deadline = partialLineDeadline {
            if now >= deadline {
                writer.flushPartialLines(at: .now())
                partialLineDeadline = nil
            }
        } else {
            partialLineDeadline = now + Self.partialLineDelay
        }
        // What is lost shows only in writing.
        output.set(writer.counts)
        if let next = progress.next(at: now) { onReport(.progress(next)) }
        if let next = output.next(at: now) { onReport(.output(next)) }
    }

    /// Reads what is left in the pipes, closes them and the log, and returns what there was.
    mutating func finish() -> OutputSummary {
        for stream in ProgramStream.allCases { drain(stream) }
        var rest = Self.restLimit
        while rest > 0, let count = readProgress() { rest -= count }
        apply(progressLines.finish())
        if pipes.progress >= 0 { close(pipes.progress) }
        writer.finish(at: .now())
        output.set(writer.counts)
        if let last = progress.last() { onReport(.progress(last)) }
        if let last = output.last() { onReport(.output(last)) }
        buffer.deallocate()
        return OutputSummary(output: writer.counts, lastLine: lastLine.text)
    }
}
