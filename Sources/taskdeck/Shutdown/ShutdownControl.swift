import CLinux
import CSignals
import Glibc
import NIOConcurrencyHelpers
import SystemPackage
import TaskControl
import TaskModel

/// The requests to shut down, by signal, key or failure, and the deadline by which the process ends in any case.
///
/// The first thread runs ``watchSignals()`` and nothing else, so signals and the deadline depend on no other part of the
/// process.
final class ShutdownControl: Sendable {
    /// What follows from a request.
    enum Event: Sendable {
        /// The shutdown begins. Comes once.
        case begin(ShutdownReason)
        /// The shutdown continues by force. Comes once, after ``begin(_:)``.
        case force(ShutdownReason)
        /// The log file has been renamed.
        case reopenLog
    }

    /// How a shutdown is bounded.
    struct Bounds: Sendable {
        /// The grace period of tasks.
        let grace: Duration
        /// Called on the first thread when most of the time has passed.
        let onLastCall: @Sendable () -> Void
        /// Called there when all of it has passed; the process ends with exit code 1 when it returns.
        let onExpiry: @Sendable (_ limit: Duration) -> Void
    }

    private struct Deadline {
        enum Step {
            case lastCall
            case expiry
        }

        let step: Step
        /// In uptime.
        let time: Duration
    }

    private enum Phase {
        /// No task has been started or changed.
        case starting
        case serving(Bounds)
        case ending(Bounds, Deadline, isForced: Bool)
    }

    /// How long the shutdown may take beyond the grace period; once forced, how long in all.
    private static let margin = Duration.seconds(2)
    /// How long before the expiry the last call comes.
    private static let lastCallTime = Duration.milliseconds(500)

    let events: AsyncStream<Event>
    private let eventQueue: AsyncStream<Event>.Continuation
    private let phase = NIOLockedValueBox(Phase.starting)
    private let clock = ServiceClock()
    private let signals: CInt
    private let hangUp: HangUpMeaning

    /// Handles signals from now on; the process has only one value of this type, made before anything changes what signals
    /// do.
    ///
    /// - Throws: ``StartError`` when the kernel has no descriptors left.
    init() throws(StartError) {
        hangUp = HangUpMeaning.ofThisProcess
        (events, eventQueue) = AsyncStream.makeStream()
        signals = signal_pipe_open()
        guard signals >= 0 else { throw .environment("signals cannot be watched: \(Errno(rawValue: errno))") }
        // The kernel drops signals without a handler that are sent to the first process of a container.
        for number in [SIGTERM, SIGINT, SIGXCPU] { signal_pipe_watch(number) }
        if !SignalDisposition.isIgnored(SIGQUIT) { signal_pipe_watch(SIGQUIT) }
        if hangUp != .ignored { signal_pipe_watch(SIGHUP) }
    }

    /// Makes requests begin an orderly shutdown from now on.
    ///
    /// Until then they end the process at once, with exit code 0.
    func activate(_ bounds: Bounds) {
        phase.withLockedValue { $0 = .serving(bounds) }
    }

    /// Requests a shutdown, or what follows from another request while it is under way.
    func request(_ reason: ShutdownReason) {
        phase.withLockedValue { phase in
            switch phase {
            case .starting: _exit(EXIT_SUCCESS)
            case .serving(let bounds):
                eventQueue.yield(.begin(reason))
                switch reason {
                case .immediate: phase = force(reason, bounds)
                case .requested, .terminalGone, .partEnded:
                    phase = .ending(bounds, deadline(in: bounds.grace + Self.margin), isForced: false)
                }
            case .ending(let bounds, _, isForced: false):
                switch reason {
                case .requested, .immediate: phase = force(reason, bounds)
                case .terminalGone, .partEnded: break
                }
            case .ending(_, _, isForced: true): break
            }
        }
        signal_pipe_wake()
    }

    private func force(_ reason: ShutdownReason, _ bounds: Bounds) -> Phase {
        eventQueue.yield(.force(reason))
        return .ending(bounds, deadline(in: Self.margin), isForced: true)
    }

    /// The deadline of the last call of a shutdown that may take so long from now on.
    private func deadline(in limit: Duration) -> Deadline {
        Deadline(step: .lastCall, time: clock.now.uptime + limit - Self.lastCallTime)
    }

    private var deadline: Deadline? {
        phase.withLockedValue { if case .ending(_, let deadline, _) = $0 { deadline } else { nil } }
    }

    /// The time that is left until the next deadline of the shutdown.
    var timeLeft: Duration { deadline.map(timeUntil) ?? Self.margin }

    private func timeUntil(_ deadline: Deadline) -> Duration { max(.zero, deadline.time - clock.now.uptime) }

    // MARK: - The first thread

    /// Handles signals and the deadline as long as the process lives.
    func watchSignals() -> Never {
        var watched = pollfd(fd: signals, events: Int16(POLLIN), revents: 0)
        var bytes = [UInt8](repeating: 0, count: 64)
        while true {
            // Rounded up, so that the deadline has passed when poll(2) times out.
            let timeout = deadline.map { Int32(clamping: timeUntil($0).wholeMilliseconds + 1) }
            poll(&watched, 1, timeout ?? -1)
            let count = max(0, read(signals, &bytes, bytes.count))
            for number in bytes[..<count] where number != 0 { handle(signal: CInt(number)) }
            handleDeadline()
        }
    }

    private func handle(signal: CInt) {
        let name = "SIG" + (sigabbrev_np(signal).map { String(cString: $0) } ?? "\(signal)")
        switch signal {
        case SIGHUP where hangUp == .reopensLog: eventQueue.yield(.reopenLog)
        case SIGHUP: request(.terminalGone)
        case SIGQUIT: request(.immediate(by: name))
        default: request(.requested(by: name))
        }
    }

    /// What is due once a deadline has passed.
    private enum DueStep {
        case lastCall(Bounds)
        case expiry(Bounds, limit: Duration)
    }

    private func handleDeadline() {
        let step = phase.withLockedValue { phase -> DueStep? in
            guard case .ending(let bounds, let deadline, let isForced) = phase, timeUntil(deadline) == .zero else {
                return nil
            }
            switch deadline.step {
            case .lastCall:
                let expiry = Deadline(step: .expiry, time: clock.now.uptime + Self.lastCallTime)
                phase = .ending(bounds, expiry, isForced: isForced)
                return .lastCall(bounds)
            case .expiry:
                return .expiry(bounds, limit: isForced ? Self.margin : bounds.grace + Self.margin)
            }
        }
        switch step {
        case nil: break
        case .lastCall(let bounds): bounds.onLastCall()
        case .expiry(let bounds, let limit):
            bounds.onExpiry(limit)
            _exit(EXIT_FAILURE)
        }
    }
}
