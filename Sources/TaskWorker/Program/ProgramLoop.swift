import CLinux
import CProgram
import Glibc
import Processes
import TaskModel

/// The life of one program, on the thread that is its parent.
///
/// Nothing is polled while a program runs: the thread sleeps until a child has changed, or something is requested. Only
/// what the kernel does not report is found out in passes, which are bounded: whether a tree has stopped, and whether all
/// of it has been killed.
struct ProgramLoop {
    /// The time after which a pause is undone that cannot be completed.
    static let pauseLimit = Duration.seconds(1)
    /// The time that processes have to end which the leader has left running.
    static let leftoverLimit = Duration.milliseconds(500)

    /// The time in milliseconds in which a short program ends.
    private static let shortLimit: Int32 = 3

    /// Readable when a child has ended, was stopped or continues.
    ///
    /// One for the process, since signal handlers are.
    private static let childEvents = linux_watch_children()

    /// What is done to end what there is.
    private enum Ending {
        /// Nothing: the leader lives.
        case none
        /// The leader has ended; what it has left running is to get the stop signal.
        case leaderEnded
        /// What the leader has left running has the stop signal.
        case leftovers(deadline: ContinuousClock.Instant)
        case killing(deadline: ContinuousClock.Instant, TreeSignal)
    }

    private let start: ProgramStart
    private let stopSignal: Int32
    private let tree: ProcessTree
    private let requests: ProgramRun
    private let onEvent: (ProgramEvent) -> Void
    private let clock = ContinuousClock()

    private var leader: Int32 = 0
    private var failure: ProgramError?
    private var end: ProgramEnd?
    private var ending = Ending.none
    private var pause: ProgramPause?
    private var isPaused = false
    /// Whether the leader was stopped by a signal that did not come from here.
    private var isStopped = false
    private var isStopRequested = false
    private var leftBehind = 0
    private var waits = 0

    init(
        _ start: ProgramStart, stopSignal: Int32, tree: ProcessTree, requests: ProgramRun,
        onEvent: @escaping (ProgramEvent) -> Void
    ) {
        self.start = start
        self.stopSignal = stopSignal
        self.tree = tree
        self.requests = requests
        self.onEvent = onEvent
    }

    /// Runs the program, and returns when all of it has ended.
    mutating func run() {
        _ = linux_become_subreaper()
        do throws(ProgramError) {
            // Before there is a child.
            let events = Self.childEvents
            let started = try events >= 0 ? start.run() : start.refuse(errno)
            leader = started.leader.pid
            failure = started.failure
            onEvent(.started(started.leader))
        } catch {
            failure = error
            return finish(remaining: [])
        }
        while true {
            // First, so that what follows does not find thousands of processes that have ended.
            let children = reap()
            if children == LINUX_NO_CHILDREN { return finish(remaining: []) }
            for request in requests.nextRequests() { handle(request) }
            switch advance() {
            case .wait(let milliseconds): wait(children == LINUX_CHILDREN_CHANGING ? 0 : milliseconds)
            case .giveUp(let remaining): return finish(remaining: remaining)
            }
        }
    }

    /// Returns when something has happened, or after a time.
    ///
    /// - Parameter milliseconds: -1 for no time.
    private mutating func wait(_ milliseconds: Int32) {
        // What is due for all but short programs comes after the first wait, in which those end.
        if waits == 1 { onEvent(.lasts) }
        let limit = waits == 0 && !(0...Self.shortLimit).contains(milliseconds) ? Self.shortLimit : milliseconds
        waits += 1
        var watched = (
            pollfd(fd: Self.childEvents, events: Int16(POLLIN), revents: 0),
            pollfd(fd: requests.wakeup, events: Int16(POLLIN), revents: 0)
        )
        let count = withUnsafeMutablePointer(to: &watched) { all in
            all.withMemoryRebound(to: pollfd.self, capacity: 2) { poll($0, 2, limit) }
        }
        guard count > 0 else { return }
        if watched.0.revents != 0 {
            // Before the children are asked, so that no later change is missed.
            var changes: UInt64 = 0
            read(Self.childEvents, &changes, MemoryLayout.size(ofValue: changes))
        }
    }

    private mutating func finish(remaining: [ProcessEntry]) {
        endPause(false)
        start.group?.remove()
        requests.end()
        if let failure {
            onEvent(.failed(failure))
        } else {
            onEvent(.ended(ProgramExit(end: end, leftBehind: leftBehind, remaining: remaining)))
        }
    }

    // MARK: - Requests

    private mutating func handle(_ request: ProgramRun.Request) {
        switch request {
        case .pause(let reply):
            if pause != nil {
                pause?.add(reply)
            } else if case .none = ending {
                isPaused = false
                pause = ProgramPause(tree, in: start.group, deadline: clock.now + Self.pauseLimit, reply: reply)
            } else {
                reply(false)
            }
        case .resume(let reply):
            guard case .none = ending else { return reply(false) }
            resume()
            reply(true)
        case .stop:
            guard case .none = ending else { return }
            isStopRequested = true
            onEvent(.ending)
            ProcessTree.signalGroups(stopSignal, of: tree.descendants().filter { $0.session == leader })
            resume()
        case .kill: beginKill()
        }
    }

    private mutating func resume() {
        endPause(false)
        isPaused = false
        tree.resume()
    }

    private mutating func endPause(_ isPaused: Bool) {
        pause?.finish(isPaused)
        pause = nil
    }

    private mutating func beginKill() {
        endPause(false)
        if case .killing = ending { return }
        ending = .killing(deadline: clock.now + ProcessTree.killLimit, TreeSignal(SIGKILL))
    }

    // MARK: - Children

    /// Reaps the children that have ended, and handles what has happened to the leader.
    private mutating func reap() -> linux_children {
        var change = linux_leader_change()
        while true {
            let children = linux_reap_children(leader, &change)
            guard children == LINUX_LEADER_CHANGED else { return children }
            handle(change)
        }
    }

    private mutating func handle(_ change: linux_leader_change) {
        switch Int(change.kind) {
        case Int(CLD_STOPPED), Int(CLD_TRAPPED):
            guard pause == nil, !isPaused, !isStopped else { return }
            isStopped = true
            onEvent(.stopped)
        case Int(CLD_CONTINUED):
            guard isStopped || isPaused else { return }
            isStopped = false
            onEvent(.continued)
        case Int(CLD_EXITED): leaderHasEnded(.exited(code: change.value))
        default:
            leaderHasEnded(
                .signaled(name: ProgramSignal.name(of: change.value), dumpedCore: change.kind == CInt(CLD_DUMPED)))
        }
    }

    private mutating func leaderHasEnded(_ end: ProgramEnd) {
        self.end = end
        endPause(false)
        if case .none = ending { ending = .leaderEnded }
    }

    // MARK: - Passes

    private enum Step {
        /// For a time in milliseconds; -1 for no time.
        case wait(Int32)
        case giveUp([ProcessEntry])
    }

    private mutating func advance() -> Step {
        switch ending {
        case .none: return advancePause()
        case .leaderEnded:
            endLeftovers()
            ending = .leftovers(deadline: clock.now + Self.leftoverLimit)
            // Some may have ended already.
            return .wait(0)
        case .leftovers(let deadline):
            let rest = deadline - clock.now
            guard rest <= .zero else { return .wait(rest.wholeMillisecondsRoundedUp) }
            if isStopRequested { leftBehind = livingProcesses().count }
            beginKill()
            return .wait(0)
        case .killing(let deadline, var signal):
            start.group?.kill()
            let living = livingProcesses()
            let milliseconds = signal.send(to: living)
            ending = .killing(deadline: deadline, signal)
            return clock.now < deadline ? .wait(Int32(milliseconds)) : .giveUp(living)
        }
    }

    private func livingProcesses() -> [ProcessEntry] { tree.descendants().filter { !$0.hasEnded } }

    private mutating func endLeftovers() {
        let left = livingProcesses()
        guard !left.isEmpty else { return }
        onEvent(.ending)
        // What has got the stop signal with the leader has had no time to end.
        if !isStopRequested { leftBehind = left.count }
        ProcessTree.signalGroups(stopSignal, of: left)
        tree.resume()
    }

    private mutating func advancePause() -> Step {
        switch pause?.pass() {
        case nil: return .wait(-1)
        case .unfinished(let milliseconds): return .wait(Int32(milliseconds))
        case .paused:
            isPaused = true
            endPause(true)
            return .wait(-1)
        case .failed:
            endPause(false)
            tree.resume()
            return .wait(-1)
        }
    }
}

extension Duration {
    fileprivate var wholeMillisecondsRoundedUp: Int32 {
        let (seconds, attoseconds) = components
        return Int32(clamping: seconds * 1000 + (attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000)
    }
}
