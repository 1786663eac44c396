import CProgram
import Glibc

// The end of all processes below this one.
extension ProcessTree {
    /// The time after which processes that could not be killed are left.
    package static let killLimit = Duration.seconds(5)

    /// Kills and reaps everything below this process, a subreaper, and returns when it has no children, at the latest
    /// after ``killLimit``.
    ///
    /// For a process that is about to exit. It blocks.
    ///
    /// - Returns: The processes that are left: those that may not be killed, or that the kernel does not let go.
    @discardableResult
    package static func endAll() -> [ProcessEntry] {
        let clock = ContinuousClock()
        let deadline = clock.now + killLimit
        let tree = ProcessTree(below: getpid())
        var kill = TreeSignal(SIGKILL)
        var change = linux_leader_change()
        while linux_reap_children(0, &change) != LINUX_NO_CHILDREN {
            // Before the pass: what one that was slow has found alive may have been killed by it.
            let isOver = clock.now >= deadline
            // Again each time, since another thread may be starting a program in one.
            ControlGroup.existing(ofWorker: getpid())?.kill()
            let living = tree.descendants().filter { !$0.hasEnded }
            let milliseconds = kill.send(to: living)
            if isOver { return living }
            // No event of its own to wait for: the other thread reads those.
            if milliseconds > 0 { usleep(UInt32(milliseconds) * 1000) }
        }
        ControlGroup.existing(ofWorker: getpid())?.remove()
        return []
    }
}
