import CLinux
import Glibc
import Processes

// Which children are stopped by a signal.
extension Children {
    /// The children that are stopped, as reported by the kernel.
    struct Stops: Sendable {
        /// Those that are stopped, with or without a watch.
        private var stopped: Set<pid_t> = []
        private var watches: [pid_t: StopMonitor] = [:]

        /// Sends all changes from now on, and an earlier stop, to a watch.
        mutating func add(_ watch: StopMonitor, for pid: pid_t) {
            watches[pid] = watch
            // A worker may have been stopped while it was idle; or an earlier process with its pid was, so the kernel is
            // asked.
            if stopped.contains(pid) { set(pid, isStopped: ProcessEntry(pid: pid)?.isStopped == true) }
        }

        mutating func removeWatch(of pid: pid_t) {
            watches.removeValue(forKey: pid)?.finish()
            stopped.remove(pid)
        }

        /// Removes a child that has been reaped.
        mutating func forget(_ pid: pid_t) { stopped.remove(pid) }

        /// Reads the newest change of each child since the last time.
        ///
        /// Never reaps: ends are not read.
        ///
        /// - Returns: Whether there may be more.
        mutating func update() -> Bool {
            // Bounded, since callers hold a lock and children may be stopped and continued without end.
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
