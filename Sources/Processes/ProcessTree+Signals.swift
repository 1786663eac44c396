import Glibc

// Signals to the processes of a tree.
extension ProcessTree {
    /// Sends a signal to every process group that some processes are in, each of them once, in their order.
    ///
    /// A group gets it as a whole: none of its processes can fork one that misses it.
    ///
    /// - Returns: The groups that got it.
    @discardableResult
    package static func signalGroups(_ signal: Int32, of entries: [ProcessEntry]) -> Set<Int32> {
        var groups: Set<Int32> = []
        // A child that has not begun its session yet is in this process's group. Zero stands for a group of another
        // namespace.
        let own = getpgrp()
        for entry in entries
        where entry.group > 1 && entry.group != own && !groups.contains(entry.group) && kill(-entry.group, signal) == 0
        {
            groups.insert(entry.group)
        }
        return groups
    }

    /// Sends SIGCONT to all processes of the tree.
    ///
    /// Children come before their parents, which so do not find them stopped.
    package func resume() {
        for entry in descendants().reversed() where !entry.hasEnded { entry.send(SIGCONT) }
    }
}

/// A signal that has to reach all processes of a tree, in passes: first through their groups, then each that is found again.
package struct TreeSignal: Sendable {
    private let signal: Int32
    private var known: Set<Int32> = []
    private var milliseconds = 1

    package init(_ signal: Int32) { self.signal = signal }

    /// Sends the signal to processes: to all of their groups, and to each that no group has covered or that has been found
    /// in the pass before.
    ///
    /// - Returns: The time until the next pass, in milliseconds: none while there are processes that were not there before.
    package mutating func send(to entries: [ProcessEntry]) -> Int {
        let groups = ProcessTree.signalGroups(signal, of: entries)
        for entry in entries where known.contains(entry.pid) || !groups.contains(entry.group) { entry.send(signal) }
        let pids = Set(entries.map(\.pid))
        defer { known = pids }
        guard pids.isSubset(of: known) else {
            milliseconds = 1
            return 0
        }
        defer { milliseconds = min(milliseconds * 2, 16) }
        return milliseconds
    }
}
