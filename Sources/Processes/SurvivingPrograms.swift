import Glibc

/// What still runs of programs whose worker and supervisor have both ended.
package struct SurvivingPrograms: Sendable {
    private let marks: ProgramMarks
    private let tasks: Set<String>
    private let leaders: Set<ProcessIdentity>

    /// - Parameters:
    ///   - tasks: as in the processes' environment.
    ///   - leaders: first processes of programs, which lead a session; those that have ended are ignored.
    package init(of tasks: Set<String>, marks: ProgramMarks, leaders: Set<ProcessIdentity>) {
        self.marks = marks
        self.tasks = tasks
        self.leaders = leaders
    }

    /// Kills all of them, and returns when none is left, at the latest after ``ProcessTree/killLimit``.
    ///
    /// Blocks.
    ///
    /// - Returns: How many there were, and those that are left.
    package func end() -> (found: Int, remaining: [ProcessEntry]) {
        var found: Set<ProcessIdentity> = []
        let remaining = ProcessTree.killAll {
            let living = living()
            for entry in living { found.insert(ProcessIdentity(pid: entry.pid, startTime: entry.startTime)) }
            return (living, isOver: living.isEmpty)
        }
        return (found.count, remaining)
    }

    /// The processes that have not ended: of the tasks, in the leaders' sessions, and all below those.
    package func living() -> [ProcessEntry] {
        let all = ProcessTree.all()
        let byPID = Dictionary(all.map { ($0.pid, $0) }) { $1 }
        let user = geteuid()
        let excluded = ancestors(byPID)
        let sessions = Set(leaders.filter { leader in byPID[leader.pid].map(leader.matches) ?? false }.map(\.pid))
        var own = all.filter { entry in
            !excluded.contains(entry.pid) && entry.owner == user
                && (sessions.contains(entry.session) || marks.task(of: entry).map(tasks.contains) ?? false)
        }
        var known = Set(own.map(\.pid))
        var children: [Int32: [ProcessEntry]] = [:]
        for entry in all { children[entry.parent, default: []].append(entry) }
        var next = 0
        while next < own.count {
            for child in children[own[next].pid] ?? []
            where !excluded.contains(child.pid) && known.insert(child.pid).inserted {
                own.append(child)
            }
            next += 1
        }
        return own.filter { !$0.hasEnded }
    }

    /// This process and those above it, which may have been started by a program of a task.
    private func ancestors(_ entries: [Int32: ProcessEntry]) -> Set<Int32> {
        var found: Set<Int32> = []
        var next = entries[getpid()]
        while let entry = next, found.insert(entry.pid).inserted { next = entries[entry.parent] }
        return found
    }
}
