import CProgram
import Glibc

// The end of all processes below this one.
extension ProcessTree {
    /// Kills and reaps everything below this process, a subreaper, and returns when it has no children, at the latest
    /// after ``killLimit``.
    ///
    /// For a process that is about to exit. It blocks.
    ///
    /// - Returns: The processes that are left: those that may not be killed, or that the kernel does not let go.
    @discardableResult
    package static func endAll() -> [ProcessEntry] {
        let tree = ProcessTree(below: getpid())
        var change = linux_leader_change()
        let living = killAll {
            if linux_reap_children(0, &change) == LINUX_NO_CHILDREN { return ([], isOver: true) }
            // Again each time, since another thread may be starting a program in one.
            ControlGroup.existing(ofWorker: getpid())?.kill()
            return (tree.descendants().filter { !$0.hasEnded }, isOver: false)
        }
        if living.isEmpty { ControlGroup.existing(ofWorker: getpid())?.remove() }
        return living
    }
}
