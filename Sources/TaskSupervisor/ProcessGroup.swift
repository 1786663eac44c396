import Glibc
import NIOConcurrencyHelpers
import TaskBoard
import TaskControl

/// The process group of one worker, of which the worker is the leader.
///
/// Until the leader is reaped its pid is not used again, so that signals reach the right group. ``retire()`` comes before
/// that; from then on nothing is sent.
final class ProcessGroup: WorkerHandle {
    /// The leader's pid, which is the group's number.
    let pid: pid_t
    /// Whether the leader is stopped.
    let stops = StopMonitor()
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

    /// Sends the leader the signal that `SupervisorWatch` of a worker takes for this request.
    func killProgram() {
        isRetired.withLockedValue { isRetired in
            guard !isRetired else { return }
            kill(pid, SIGQUIT)
            kill(pid, SIGCONT)
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

    /// Kills what the leader has left behind, which nothing controls any more.
    ///
    /// To be called when the leader has exited, before it is reaped.
    func retire() {
        isRetired.withLockedValue { isRetired in
            kill(-pid, SIGKILL)
            isRetired = true
        }
        Children.shared.endStops(of: pid)
    }

    /// Reaps what the leader has left behind, until the group is empty.
    ///
    /// They are children of this process, a subreaper (prctl(2)). Waits for them, if there are any, on a thread of its own.
    /// To be called once.
    ///
    /// - Returns: How many there were, including those reaped before.
    func reapLeftovers() async -> Int {
        await waitForLeftovers() + Children.shared.removeGroup(pid)
    }

    private func waitForLeftovers() async -> Int {
        // If a process has the pid, after the leader was reaped, the group is another one.
        guard kill(-pid, 0) == 0, kill(pid, 0) != 0 else { return 0 }
        let pid = pid
        return await OwnThread.run {
            var count = 0
            while true {
                if waitpid(-pid, nil, 0) > 0 {
                    count += 1
                } else if errno != EINTR {
                    return count
                }
            }
        }
    }
}
