import CLinux
import Glibc

/// The processes below one: its children, their children and so on.
///
/// They stay below a subreaper (prctl(2)), whatever they do.
package struct ProcessTree: Sendable {
    /// The way in which children are found.
    package enum Source: Sendable {
        /// `/proc/PID/task/TID/children`, which some kernels lack.
        case children
        /// The parents of all processes of the system.
        case parents

        /// The faster one of those that this system has.
        package static let available: Source =
            ProcessTree.read("task/\(getpid())/children", of: getpid()) == nil ? .parents : .children
    }

    package let root: Int32
    private let source: Source

    package init(below root: Int32, source: Source = .available) {
        self.root = root
        self.source = source
    }

    /// All processes below the root, also those that have ended and wait to be reaped; each after its parent.
    ///
    /// A process that is given another parent meanwhile may be missing, or be there twice.
    package func descendants() -> [ProcessEntry] {
        switch source {
        case .children: walk(from: Self.children(of: root, Self.threads(of: root)).compactMap { ProcessEntry(pid: $0) })
        case .parents: scan { _ in true }
        }
    }

    /// The pids of the root's children.
    package func children() -> Set<Int32> {
        switch source {
        case .children: Set(Self.children(of: root, Self.threads(of: root)))
        case .parents: Set(Self.all().filter { $0.parent == root }.map(\.pid))
        }
    }

    /// Some children of the root and all processes below them, as ``descendants()``.
    package func subtrees(of children: Set<Int32>) -> [ProcessEntry] {
        switch source {
        case .children: walk(from: children.compactMap { ProcessEntry(pid: $0) })
        case .parents: scan { children.contains($0.pid) }
        }
    }

    /// All processes of the system.
    static func all() -> [ProcessEntry] { numbers(in: "/proc").compactMap { ProcessEntry(pid: $0) } }

    private func walk(from children: [ProcessEntry]) -> [ProcessEntry] {
        var found = children
        var next = 0
        while next < found.count {
            let entry = found[next]
            next += 1
            if entry.hasEnded { continue }
            // Children after the state: a process that was stopped then has no more of them than are found now.
            let threads = entry.threads == 1 ? [entry.pid] : Self.threads(of: entry.pid)
            found += Self.children(of: entry.pid, threads).compactMap { ProcessEntry(pid: $0) }
        }
        return found
    }

    /// The children of a process's threads.
    private static func children(of pid: Int32, _ threads: [Int32]) -> [Int32] {
        threads.flatMap { thread in
            (read("task/\(thread)/children", of: pid) ?? []).split(separator: UInt8(ascii: " ")).compactMap(number)
        }
    }

    /// - Parameter isIncluded: whether a child of the root, with what is below it, is included.
    private func scan(_ isIncluded: (ProcessEntry) -> Bool) -> [ProcessEntry] {
        var children: [Int32: [ProcessEntry]] = [:]
        for entry in Self.all() { children[entry.parent, default: []].append(entry) }
        var found = (children.removeValue(forKey: root) ?? []).filter(isIncluded)
        var next = 0
        while next < found.count {
            // Removed, since a pid that was used again meanwhile could close a circle.
            found += children.removeValue(forKey: found[next].pid) ?? []
            next += 1
        }
        return found
    }

    // MARK: - Files

    /// The ids of a process's threads.
    static func threads(of pid: Int32) -> [Int32] { numbers(in: "/proc/\(pid)/task") }

    private static func numbers(in path: String) -> [Int32] {
        guard let directory = opendir(path) else { return [] }
        defer { closedir(directory) }
        var numbers: [Int32] = []
        while let entry = readdir(directory) {
            let id = withUnsafeBytes(of: entry.pointee.d_name) { Self.number($0.prefix { $0 != 0 }) }
            if let id { numbers.append(id) }
        }
        return numbers
    }

    private static func number(_ digits: some Sequence<UInt8>) -> Int32? {
        var value: Int32?
        for digit in digits {
            guard digit >= UInt8(ascii: "0"), digit <= UInt8(ascii: "9") else { return nil }
            value = (value ?? 0) &* 10 &+ Int32(digit - UInt8(ascii: "0"))
        }
        return value
    }

    /// The content of `/proc/PID/NAME`; `nil` when there is no such process, or it cannot be read.
    package static func read(_ name: String, of pid: Int32) -> ArraySlice<UInt8>? {
        var size = 1024
        while true {
            var bytes = [UInt8](repeating: 0, count: size)
            let count = linux_read_process_file(pid, name, &bytes, size)
            guard count >= 0 else { return nil }
            if count < size { return bytes[..<count] }
            size *= 8
        }
    }
}
