import Glibc
import NIOConcurrencyHelpers
import NIOPosix
import TaskBoard
import TaskControl

/// The process group of one worker, of which the worker is the leader.
///
/// While the leader is not reaped, its pid cannot be given to another process, so signals meet the
/// right group. ``retire()`` comes before reaping; from then on nothing is sent any more.
final class ProcessGroup: WorkerHandle {
    /// The leader's pid, which is the group's number.
    let pid: pid_t
    /// Whether the leader is stopped.
    let stops = StopWatch()
    private let isRetired = NIOLockedValueBox(false)

    init(leader: pid_t) {
        pid = leader
        Children.shared.addGroup(leader, stops)
    }

    /// Sends a signal to every process of the group; does nothing when it has ended.
    func send(_ signal: GroupSignal) {
        isRetired.withLockedValue { isRetired in
            guard !isRetired else { return }
            switch signal {
            case .terminate:
                kill(-pid, SIGTERM)
                kill(-pid, SIGCONT)
            case .kill:
                kill(-pid, SIGKILL)
            }
        }
    }

    /// As ``ProcessUsage/read(_:)``, of the leader.
    func usage() -> WorkerUsage? {
        isRetired.withLockedValue { $0 ? nil : ProcessUsage.read(pid) }
    }

    /// As ``ProcessMemory/proportional(_:)``, of the leader.
    func memory() -> Int? {
        isRetired.withLockedValue { $0 ? nil : ProcessMemory.proportional(pid) }
    }

    /// To be called when the leader has exited and before it is reaped.
    ///
    /// Kills what the leader has left behind: nothing can steer it any more.
    func retire() {
        isRetired.withLockedValue { isRetired in
            kill(-pid, SIGKILL)
            isRetired = true
        }
        Children.shared.endStops(of: pid)
    }

    /// Reaps what the leader has left behind, until the group is empty.
    ///
    /// Orphans come to this process since it is a subreaper (prctl(2)). After SIGKILL they end on
    /// their own; waiting for them blocks a thread of its own, and only where there are any. To be called once.
    ///
    /// - Returns: How many there were, those included that had ended before.
    func reapLeftovers() async -> Int {
        await waitForLeftovers() + Children.shared.removeGroup(pid)
    }

    private func waitForLeftovers() async -> Int {
        // The leader is reaped: if a process has its pid again, the group is not ours.
        guard kill(-pid, 0) == 0, kill(pid, 0) != 0 else { return 0 }
        let pid = pid
        let count = try? await NIOThreadPool.singleton.runIfActive {
            var count = 0
            while true {
                if waitpid(-pid, nil, 0) > 0 {
                    count += 1
                } else if errno != EINTR {
                    return count
                }
            }
        }
        // The pool refuses work only while this process is ending, when init takes over.
        return count ?? 0
    }
}
