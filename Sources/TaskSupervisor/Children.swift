import CLinux
import Glibc
import NIOConcurrencyHelpers
import Processes

/// The children of this process: awaited ones, which their owners reap, and all others, which are reaped here.
///
/// The others are orphans of workers, or of any process in this container, and workers that died before the fork server
/// reported them. One SIGCHLD stands for any number of children that have ended, been stopped or continued, and waitid(2)
/// returns one ended child at a time: while that one is awaited it hides the others, which are found once it is reaped.
package final class Children: Sendable {
    /// The ones of this process.
    package static let shared = Children()

    private struct State {
        /// Whether others are reaped.
        var isReaping = false
        /// The number of waits for each child.
        var waits: [pid_t: Int] = [:]
        /// The number of reaped orphans of each process group, by its leader.
        var groups: [pid_t: Int] = [:]
        /// The number of children that are being spawned, whose pids are not known yet.
        var spawns = 0
        /// Whether a child may have ended that could be one that is being spawned.
        var isDue = false
        /// The ended child that hides others, and when it was first found to.
        var obstacle: (child: pid_t, since: ContinuousClock.Instant)?
        var stops = Stops()
    }

    /// The time that an ended child may hide others: most are reaped within a few milliseconds, and looking for the others
    /// takes longer the more children there are.
    private static let obstacleLimit = Duration.milliseconds(100)

    private let state = NIOLockedValueBox(State())

    /// Makes this process a subreaper (prctl(2)), and reaps all children from now on that are not awaited.
    package func beginReaping() {
        _ = linux_become_subreaper()
        let events = linux_watch_children()
        guard events >= 0, ProcessExit.watch(events, whenReadable: { self.someHaveChanged(events) }) else { return }
        state.withLockedValue { state in
            state.isReaping = true
            Self.reapOthers(&state)
        }
    }

    private func someHaveChanged(_ events: CInt) {
        var count: UInt64 = 0
        _ = read(events, &count, MemoryLayout.size(ofValue: count))
        while state.withLockedValue({ state in
            Self.reapOthers(&state)
            return state.stops.update()
        }) {}
    }

    // MARK: - Awaited children

    /// The children that their owners reap: workers, and what starts them.
    var awaited: Set<pid_t> { state.withLockedValue { Set($0.waits.keys) } }

    /// A child that is being spawned.
    struct Spawn {
        fileprivate let children: Children

        /// - Parameter pid: the child, which is awaited from now on; `nil` when there is none.
        func end(with pid: pid_t?) {
            children.state.withLockedValue { state in
                state.spawns -= 1
                if let pid { state.waits[pid, default: 0] += 1 }
                if state.isDue { Children.reapOthers(&state) }
            }
        }
    }

    /// Suspends the reaping of others until the pid of a child is known that is about to be spawned.
    func beginSpawn() -> Spawn {
        state.withLockedValue { $0.spawns += 1 }
        return Spawn(children: self)
    }

    /// Reaps an awaited child that has ended or is about to.
    ///
    /// - Returns: Its status, see wait(2).
    @discardableResult
    func reap(_ pid: pid_t) -> CInt {
        var status: CInt = 0
        // Outside the lock: it may be about to end only.
        while waitid(P_PID, id_t(pid), nil, WEXITED | WNOWAIT) < 0, errno == EINTR {}
        state.withLockedValue { state in
            while waitpid(pid, &status, 0) < 0, errno == EINTR {}
            Self.release(pid, &state)
        }
        return status
    }

    /// Ends the wait for a child that has been reaped.
    func release(_ pid: pid_t) {
        state.withLockedValue { Self.release(pid, &$0) }
    }

    private static func release(_ pid: pid_t, _ state: inout State) {
        if let count = state.waits[pid] { state.waits[pid] = count > 1 ? count - 1 : nil }
        state.stops.forget(pid)
        reapOthers(&state)
    }

    // MARK: - Process groups

    /// Counts the reaped orphans of a process group from now on, and watches for stops of its leader.
    func addGroup(_ leader: pid_t, _ stops: StopMonitor) {
        state.withLockedValue { state in
            state.groups[leader] = 0
            state.stops.add(stops, for: leader)
        }
    }

    /// Ends the watch of a leader that has ended.
    func endStops(of leader: pid_t) {
        state.withLockedValue { $0.stops.removeWatch(of: leader) }
    }

    /// Whether there are process groups, and so workers at work.
    var hasGroups: Bool { state.withLockedValue { !$0.groups.isEmpty } }

    /// - Returns: The number of reaped orphans of the group.
    func removeGroup(_ leader: pid_t) -> Int {
        state.withLockedValue { $0.groups.removeValue(forKey: leader) ?? 0 }
    }

    // MARK: - All others

    private static func reapOthers(_ state: inout State) {
        guard state.isReaping else { return }
        state.isDue = state.spawns > 0
        guard !state.isDue else { return }
        while true {
            let pid = linux_ended_child()
            guard pid > 0 else { break }
            guard state.waits[pid] == nil else {
                let now = ContinuousClock.now
                let since = state.obstacle.flatMap { $0.child == pid ? $0.since : nil } ?? now
                state.obstacle = (pid, since)
                if now - since > obstacleLimit {
                    for child in ProcessTree(below: getpid()).children() { reapOther(child, &state) }
                }
                return
            }
            reapOther(pid, &state)
        }
        state.obstacle = nil
    }

    /// Reaps a child that has ended and is not awaited.
    private static func reapOther(_ pid: pid_t, _ state: inout State) {
        guard state.waits[pid] == nil else { return }
        let group = getpgid(pid)
        guard waitpid(pid, nil, WNOHANG) > 0 else { return }
        state.stops.forget(pid)
        if let count = state.groups[group] { state.groups[group] = count + 1 }
    }
}
