import CLinux
import Glibc
import NIOConcurrencyHelpers

/// The children of this process: those that are waited for, and all others, which are reaped when they end.
///
/// Others are orphans, of workers or of whatever runs in this container, and workers that have died before their
/// launch was answered. The kernel reports by SIGCHLD that children have ended, several with one signal, and names the
/// one that has ended first. As long as that one is waited for, the others are found when it has been reaped. By the same
/// signal it reports that children are stopped or go on.
package final class Children: Sendable {
    /// Those of this process.
    package static let shared = Children()

    private struct State {
        /// Whether others are reaped.
        var isReaping = false
        /// How many waits there are for each child.
        var waits: [pid_t: Int] = [:]
        /// By the leader of a process group, how many orphans of the group have been reaped.
        var groups: [pid_t: Int] = [:]
        /// Children that are being started, whose pids are not known.
        var spawns = 0
        /// Whether a child may have ended that cannot be told from one that is being started.
        var isDue = false
        /// The ended child that has kept others from being seen.
        var obstacle: pid_t?
        var stops = Stops()
    }

    private let state = NIOLockedValueBox(State())

    /// Makes orphans among this process's descendants its children, and reaps all children from now on that are not
    /// waited for.
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

    // MARK: - Those that are waited for

    /// A child that is being started.
    struct Spawn {
        fileprivate let children: Children

        /// - Parameter pid: the child, which is waited for from now on; `nil` when there is none.
        func end(with pid: pid_t?) {
            children.state.withLockedValue { state in
                state.spawns -= 1
                if let pid { state.waits[pid, default: 0] += 1 }
                if state.isDue { Children.reapOthers(&state) }
            }
        }
    }

    /// Keeps children from being reaped that cannot be told from one that is about to be started.
    func beginSpawn() -> Spawn {
        state.withLockedValue { $0.spawns += 1 }
        return Spawn(children: self)
    }

    /// Reaps a child that is waited for, and has ended or is about to.
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

    /// A child that was waited for has been reaped.
    func release(_ pid: pid_t) {
        state.withLockedValue { Self.release(pid, &$0) }
    }

    private static func release(_ pid: pid_t, _ state: inout State) {
        if let count = state.waits[pid] { state.waits[pid] = count > 1 ? count - 1 : nil }
        state.stops.forget(pid)
        reapOthers(&state)
    }

    // MARK: - Process groups

    /// Counts the orphans of a process group that are reaped from now on, and watches for its leader to be stopped.
    func addGroup(_ leader: pid_t, _ stops: StopWatch) {
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

    /// - Returns: How many orphans of the group have been reaped.
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
                // Seen again, so it takes its time.
                if state.obstacle == pid { for child in allChildren() { reapOther(child, &state) } }
                state.obstacle = pid
                return
            }
            reapOther(pid, &state)
        }
        state.obstacle = nil
    }

    /// Reaps a child that has ended and is not waited for.
    private static func reapOther(_ pid: pid_t, _ state: inout State) {
        guard state.waits[pid] == nil else { return }
        let group = getpgid(pid)
        guard waitpid(pid, nil, WNOHANG) > 0 else { return }
        state.stops.forget(pid)
        if let count = state.groups[group] { state.groups[group] = count + 1 }
    }

    /// See proc(5).
    private static func allChildren() -> [pid_t] {
        guard let directory = opendir("/proc/self/task") else { return [] }
        defer { closedir(directory) }
        var children: [pid_t] = []
        while let entry = readdir(directory) {
            let thread = withUnsafeBytes(of: entry.pointee.d_name) {
                String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
            }
            let list = ProcessFile.read("task/\(thread)/children", of: getpid()) ?? ""
            children += list.split(separator: " ").compactMap { pid_t($0) }
        }
        return children
    }
}
