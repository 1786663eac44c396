import CLinux
import Glibc

// Which children are stopped by a signal.
extension Children {
    /// What the kernel has reported of children that are stopped.
    struct Stops: Sendable {
        /// Those that are stopped as far as is known, with or without a watch.
        private var stopped: Set<pid_t> = []
        private var watches: [pid_t: StopWatch] = [:]

        /// Has all changes from now on, and a stop before, go to a watch.
        mutating func add(_ watch: StopWatch, for pid: pid_t) {
            watches[pid] = watch
            // A worker may have been stopped while it had no task. Its number may have been another process's before,
            // which is rare enough to read a file for.
            if stopped.contains(pid) { set(pid, isStopped: ProcessUsage.isStopped(pid)) }
        }

        mutating func removeWatch(of pid: pid_t) {
            watches.removeValue(forKey: pid)?.finish()
            stopped.remove(pid)
        }

        /// A child has been reaped.
        mutating func forget(_ pid: pid_t) { stopped.remove(pid) }

        /// Reads what the kernel has to report: of each child its newest change since it was last read.
        ///
        /// Never reaps: the kernel is not asked for ends.
        ///
        /// - Returns: Whether there may be more.
        mutating func update() -> Bool {
            // Others wait for this, and a child may be stopped and continued as fast as it can be.
            for _ in 0..<100 {
                var isStopped: CInt = 0
                let pid = linux_next_stop(&isStopped)
                guard pid > 0 else { return false }
                set(pid, isStopped: isStopped != 0)
            }
            return true
        }

        private mutating func set(_ pid: pid_t, isStopped: Bool) {
            if isStopped { stopped.insert(pid) } else { stopped.remove(pid) }
            watches[pid]?.set(isStopped: isStopped)
        }
    }
}
