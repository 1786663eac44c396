import Glibc

/// What a worker that has ended by force has left of its program: children of this process, a subreaper (prctl(2)), and
/// all below them.
package struct OrphanedProgram: Sendable {
    private let marks: ProgramMarks
    private let task: String
    private let worker: Int32
    private let leader: ProcessIdentity?
    private let tree: ProcessTree

    /// - Parameters:
    ///   - task: as in the processes' environment.
    ///   - worker: the worker's pid.
    ///   - leader: the program's first process, which leads a session; `nil` if it is not known.
    package init(
        of task: String, marks: ProgramMarks, worker: Int32, leader: ProcessIdentity?,
        source: ProcessTree.Source = .available
    ) {
        self.marks = marks
        self.task = task
        self.worker = worker
        self.leader = leader
        tree = ProcessTree(below: getpid(), source: source)
    }

    /// Kills all of it, and returns when none is left, at the latest after ``ProcessTree/killLimit``.
    ///
    /// Blocks. What this process's other children are or have started is left alone, and nothing is reaped.
    ///
    /// - Parameter others: the children of this process that are awaited, such as other workers.
    /// - Returns: The processes that are left.
    package func end(except others: () -> Set<Int32>) -> [ProcessEntry] {
        let group = ControlGroup.existing(ofWorker: worker)
        var emptyPasses = 0
        let remaining = ProcessTree.killAll {
            group?.kill()
            let (living, isComplete) = pass(except: others())
            // A process has no environment for a moment when its program begins, so one pass is no proof.
            emptyPasses = living.isEmpty && isComplete ? emptyPasses + 1 : 0
            return (living, isOver: emptyPasses == 2)
        }
        group?.remove()
        return remaining
    }

    /// - Returns: The program's processes that have not ended, and whether none can have been missed.
    private func pass(except others: Set<Int32>) -> (living: [ProcessEntry], isComplete: Bool) {
        let children = tree.children().subtracting(others)
        var own: Set<Int32> = []
        var living: [ProcessEntry] = []
        // Parents come before their children.
        for entry in tree.subtrees(of: children) where own.contains(entry.parent) || isOwn(entry) {
            own.insert(entry.pid)
            if !entry.hasEnded { living.append(entry) }
        }
        // What has lost its parent meanwhile is a child now.
        return (living, tree.children().subtracting(others) == children)
    }

    private func isOwn(_ entry: ProcessEntry) -> Bool {
        if let task = marks.task(of: entry) { return task == self.task }
        guard let leader, entry.session == leader.pid else { return false }
        // As long as the session has a process its id is no other's, unless all of it has ended before.
        return ProcessEntry(pid: leader.pid).map(leader.matches) ?? true
    }
}
