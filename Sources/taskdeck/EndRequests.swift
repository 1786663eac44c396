import CLinux
import CSignals
import Glibc
import NIOConcurrencyHelpers
import SystemPackage
import TaskControl
import TaskModel

/// Why the service ends.
enum EndRequest: Sendable, Hashable, CustomStringConvertible {
    /// A signal or a key; the second one ends everything at once.
    case asked(by: String)
    /// SIGQUIT, which ends everything at once.
    case urgent(by: String)
    /// The terminal has gone. Comes by signal and by the terminal itself, and hastens nothing.
    case hangUp
    /// A part of the service has ended by itself.
    case partEnded(String)

    var description: String {
        switch self {
        case .asked(let name), .urgent(let name): name
        case .hangUp: "the terminal has gone"
        case .partEnded(let name): "\(name) has ended"
        }
    }
}

/// The requests to end, by signal, key or failure, and the time by which the process has ended whatever happens.
///
/// The first thread waits for signals and for that time, and does nothing else: neither depends on anything else in the
/// process.
final class EndRequests: Sendable {
    /// What follows from a request.
    enum Event: Sendable {
        /// The shutdown begins. Comes once.
        case begin(EndRequest)
        /// The shutdown goes on by force. Comes once, after ``begin(_:)``.
        case hasten(EndRequest)
        /// SIGHUP where it asks for the log file to be opened anew.
        case reopenLog
    }

    private enum Phase {
        case starting
        case serving
        case ending
        case hastened
    }

    private struct State {
        var phase = Phase.starting
        var grace = Duration.zero
        /// In uptime: of the last call first, then of the process.
        var deadline: Duration?
        var wasCalledLast = false
        var onLastCall: @Sendable () -> Void = {}
        var onExpiry: @Sendable (Duration) -> Void = { _ in }
    }

    /// How long the end may take beyond the grace period; once hastened, how long at all.
    private static let margin = Duration.seconds(2)
    /// How long before its end the last call comes.
    private static let lastCallTime = Duration.milliseconds(500)

    let events: AsyncStream<Event>
    private let queue: AsyncStream<Event>.Continuation
    private let state = NIOLockedValueBox(State())
    private let clock = ServiceClock()
    private let signals: CInt
    private let hangUp: HangUpMeaning

    /// To be made once, before anything changes what signals do.
    ///
    /// - Throws: ``StartError`` when the kernel gives no descriptors.
    init() throws {
        hangUp = HangUpMeaning.ofThisProcess
        (events, queue) = AsyncStream.makeStream()
        signals = signal_pipe_open()
        guard signals >= 0 else {
            throw StartError.environment("signals cannot be watched: \(Errno(rawValue: errno))")
        }
        // Already now: the kernel drops signals without a handler that are sent to the first process of a container.
        for number in [SIGTERM, SIGINT, SIGXCPU] { signal_pipe_watch(number) }
        if !SignalDisposition.isIgnored(SIGQUIT) { signal_pipe_watch(SIGQUIT) }
        if hangUp != .nothing { signal_pipe_watch(SIGHUP) }
    }

    /// Has signals end the service in order from now on; until then they end the process at once, with exit code 0: no
    /// task has been started or changed.
    ///
    /// - Parameters:
    ///   - onLastCall: called on the first thread when most of the time for the end has passed.
    ///   - onExpiry: called there when all of it has; the process ends with exit code 1 as soon as it returns.
    func activate(
        grace: Duration, onLastCall: @escaping @Sendable () -> Void,
        onExpiry: @escaping @Sendable (_ limit: Duration) -> Void
    ) {
        state.withLockedValue { state in
            state.phase = .serving
            state.grace = grace
            state.onLastCall = onLastCall
            state.onExpiry = onExpiry
        }
    }

    func add(_ request: EndRequest) {
        state.withLockedValue { state in
            switch (state.phase, request) {
            case (.starting, _): _exit(EXIT_SUCCESS)
            case (.hastened, _): break
            case (.serving, _):
                queue.yield(.begin(request))
                state.phase = .ending
                state.deadline = clock.now.uptime + state.grace + Self.margin - Self.lastCallTime
                if case .urgent = request { hasten(request, &state) }
            case (.ending, .asked), (.ending, .urgent): hasten(request, &state)
            case (.ending, .hangUp), (.ending, .partEnded): break
            }
        }
        signal_pipe_wake()
    }

    private func hasten(_ request: EndRequest, _ state: inout State) {
        queue.yield(.hasten(request))
        state.phase = .hastened
        state.deadline = clock.now.uptime + Self.margin - Self.lastCallTime
        state.wasCalledLast = false
    }

    /// How much of the time for the end is left.
    var timeLeft: Duration {
        state.withLockedValue { state in state.deadline.map { max(.zero, $0 - clock.now.uptime) } ?? Self.margin }
    }

    // MARK: - The first thread

    /// Watches for signals as long as the process lives.
    func watch() -> Never {
        var watched = pollfd(fd: signals, events: Int16(POLLIN), revents: 0)
        var bytes = [UInt8](repeating: 0, count: 64)
        while true {
            let deadline = state.withLockedValue(\.deadline)
            // Rounded up, so that the deadline has passed then.
            let timeout = deadline.map { Int32(clamping: max(.zero, $0 - clock.now.uptime).wholeMilliseconds + 1) }
            poll(&watched, 1, timeout ?? -1)
            let count = max(0, read(signals, &bytes, bytes.count))
            for number in bytes[..<count] where number != 0 { receive(CInt(number)) }
            if let deadline { endIfDue(deadline) }
        }
    }

    private func receive(_ signal: CInt) {
        let name = "SIG" + (sigabbrev_np(signal).map { String(cString: $0) } ?? "\(signal)")
        switch signal {
        case SIGHUP where hangUp == .reopensLog: queue.yield(.reopenLog)
        case SIGHUP: add(.hangUp)
        case SIGQUIT: add(.urgent(by: name))
        default: add(.asked(by: name))
        }
    }

    /// What is due.
    private enum Due {
        case nothing
        case lastCall(@Sendable () -> Void)
        case end(@Sendable (Duration) -> Void, limit: Duration)
    }

    private func endIfDue(_ deadline: Duration) {
        let now = clock.now.uptime
        let due = state.withLockedValue { state -> Due in
            // Otherwise there is another one meanwhile.
            guard state.deadline == deadline, now >= deadline else { return .nothing }
            guard state.wasCalledLast else {
                state.wasCalledLast = true
                state.deadline = now + Self.lastCallTime
                return .lastCall(state.onLastCall)
            }
            return .end(state.onExpiry, limit: state.phase == .hastened ? Self.margin : state.grace + Self.margin)
        }
        switch due {
        case .nothing: break
        case .lastCall(let call): call()
        case .end(let call, let limit):
            call(limit)
            _exit(EXIT_FAILURE)
        }
    }
}
