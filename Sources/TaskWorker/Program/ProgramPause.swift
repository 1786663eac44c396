import Glibc
import Processes

/// The stop of all processes of a tree, in passes until none of them runs.
struct ProgramPause {
    enum Result {
        case paused
        /// Another pass is due after this time, in milliseconds.
        case unfinished(Int)
        /// Some could not be stopped in time.
        case failed
    }

    /// The number of passes for which a frozen group is waited.
    private static let frozenPasses = 20

    private let tree: ProcessTree
    private var frozen: ControlGroup?
    private let deadline: ContinuousClock.Instant
    /// Reaches parents before their children, which they so do not find stopped.
    private var stop = TreeSignal(SIGSTOP)
    private var passes = 0
    /// Passes in a row in which no process ran.
    private var calmPasses = 0
    private(set) var replies: [@Sendable (Bool) -> Void]

    /// - Parameter group: frozen until all of its processes have got the signal, so that none can escape by forking.
    init(
        _ tree: ProcessTree, in group: ControlGroup?, deadline: ContinuousClock.Instant,
        reply: @escaping @Sendable (Bool) -> Void
    ) {
        self.tree = tree
        self.deadline = deadline
        replies = [reply]
        frozen = group
        group?.freeze(true)
    }

    mutating func add(_ reply: @escaping @Sendable (Bool) -> Void) { replies.append(reply) }

    /// Stops those that run.
    mutating func pass() -> Result {
        passes += 1
        if let group = frozen {
            // A process that waits for a disk does not freeze until it has got what it waits for.
            guard group.isFrozen || passes > Self.frozenPasses else { return .unfinished(1) }
            _ = stop.send(to: tree.descendants().filter { !$0.hasEnded })
            // They stop without having run: signals are handled before.
            group.freeze(false)
            frozen = nil
            return .unfinished(0)
        }
        let running = tree.descendants().filter { $0.isRunning() }
        if running.isEmpty {
            calmPasses += 1
            return calmPasses == 2 ? .paused : .unfinished(0)
        }
        calmPasses = 0
        let milliseconds = stop.send(to: running)
        return ContinuousClock().now < deadline ? .unfinished(milliseconds) : .failed
    }

    /// Replies, and thaws the group if that has not been done.
    mutating func finish(_ isPaused: Bool) {
        frozen?.freeze(false)
        frozen = nil
        for reply in replies { reply(isPaused) }
        replies = []
    }
}
