import CLinux
import Glibc

/// Looks at processes that need not be children of this one.
package enum ProcessWatch {
    /// Whether a process is gone, or goes within the time.
    ///
    /// A zombie counts as gone.
    package static func ends(_ pid: Int32, within limit: Duration) -> Bool {
        let descriptor = linux_pidfd_open(pid)
        // No such process: it has ended and been reaped.
        guard descriptor >= 0 else { return true }
        defer { close(descriptor) }
        var watched = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        let (seconds, attoseconds) = limit.components
        return poll(&watched, 1, Int32(seconds * 1000 + attoseconds / 1_000_000_000_000_000)) == 1
    }

    /// Whether a process is there, if only as a zombie.
    package static func exists(_ pid: Int32) -> Bool {
        kill(pid, 0) == 0
    }

    /// Makes orphaned descendants this process's children.
    package static func becomeSubreaper() {
        _ = linux_become_subreaper()
    }

    /// Ends a process that a test has found.
    package static func send(_ signal: UnixSignal, to pid: Int32) {
        switch signal {
        case .interrupt: kill(pid, SIGINT)
        case .terminate: kill(pid, SIGTERM)
        case .kill: kill(pid, SIGKILL)
        case .stop: kill(pid, SIGSTOP)
        }
    }
}
