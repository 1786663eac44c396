import CLinux
import FoundationEssentials
import Glibc
import NIOPosix
import SystemPackage

/// Looks at processes that need not be children of this one.
package enum ProcessWatch {
    /// Whether a process is gone, or goes within the time.
    ///
    /// A zombie counts as gone.
    package static func ends(_ pid: Int32, within limit: Duration) async throws -> Bool {
        let (seconds, attoseconds) = limit.components
        // On a thread of its own: the few that tests share must not stand still.
        return try await NIOThreadPool.singleton.runIfActive {
            let descriptor = linux_pidfd_open(pid)
            // No such process: it has ended and been reaped.
            guard descriptor >= 0 else { return true }
            defer { close(descriptor) }
            var watched = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            return poll(&watched, 1, Int32(seconds * 1000 + attoseconds / 1_000_000_000_000_000)) == 1
        }
    }

    /// Whether a process is there, if only as a zombie.
    package static func exists(_ pid: Int32) -> Bool {
        kill(pid, 0) == 0
    }

    /// What a process holds.
    package struct Resources: Sendable {
        /// Memory in RAM that is the process's own: not the program's pages, which come in as they are used.
        package let anonymousBytes: Int
        package let descriptors: Int
        /// Processes that have not been reaped, be they alive or not.
        package let children: Int
    }

    /// - Throws: When there is no such process.
    package static func resources(of pid: Int32) throws -> Resources {
        let status = try String(contentsOfFile: "/proc/\(pid)/status", encoding: .utf8)
        let kilobytes = status.firstMatch(of: /RssAnon:\s+(\d+) kB/).flatMap { Int($0.1) } ?? 0
        return Resources(
            anonymousBytes: kilobytes * 1024, descriptors: try descriptors(of: pid).count,
            children: try children(of: pid).count)
    }

    /// Processes that a process has started, or adopted, and not reaped.
    ///
    /// - Throws: When there is no such process.
    package static func children(of pid: Int32) throws -> [Int32] {
        let tasks = try FileManager.default.contentsOfDirectory(atPath: "/proc/\(pid)/task")
        return tasks.flatMap { task in
            // A thread that has ended meanwhile has no children any more.
            let list = try? String(contentsOfFile: "/proc/\(pid)/task/\(task)/children", encoding: .utf8)
            return (list ?? "").split(separator: " ").compactMap { Int32($0) }
        }
    }

    /// How many threads a process has.
    ///
    /// - Throws: When there is no such process.
    package static func threads(of pid: Int32) throws -> Int {
        try FileManager.default.contentsOfDirectory(atPath: "/proc/\(pid)/task").count
    }

    /// Whose child a process is.
    ///
    /// - Throws: When there is no such process.
    package static func parent(of pid: Int32) throws -> Int32? {
        let status = try String(contentsOfFile: "/proc/\(pid)/status", encoding: .utf8)
        return status.firstMatch(of: /PPid:\s+(\d+)/).flatMap { Int32($0.1) }
    }

    /// What the descriptors of a process stand for: `pipe:[4711]`, `socket:[4712]`, a path.
    ///
    /// - Throws: When there is no such process.
    package static func descriptors(of pid: Int32) throws -> [Int: String] {
        let folder = "/proc/\(pid)/fd"
        var descriptors: [Int: String] = [:]
        for name in try FileManager.default.contentsOfDirectory(atPath: folder) {
            // One that has been closed meanwhile is none.
            guard let target = try? FileManager.default.destinationOfSymbolicLink(atPath: "\(folder)/\(name)") else {
                continue
            }
            descriptors[Int(name) ?? -1] = target
        }
        return descriptors
    }

    /// The environment that a process was started with.
    ///
    /// - Throws: When there is no such process.
    package static func environment(of pid: Int32) throws -> [String] {
        try Data(contentsOf: URL(filePath: "/proc/\(pid)/environ"))
            .split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
    }

    /// Makes orphaned descendants this process's children.
    package static func becomeSubreaper() {
        _ = linux_become_subreaper()
    }

    /// Stops a process and returns when none of its threads runs any more.
    ///
    /// Only a parent is told of a stop, so this looks, giving way in between, for the moment it takes.
    package static func freeze(_ pid: Int32) throws {
        kill(pid, SIGSTOP)
        let threads = FilePath("/proc/\(pid)/task")
        while try !FileManager.default.contentsOfDirectory(atPath: threads.string).allSatisfy({ thread in
            try String(contentsOfFile: threads.appending(thread).appending("stat").string, encoding: .utf8)
                .contains(") T ")
        }) { sched_yield() }
    }

    /// Ends a process that a test has found.
    package static func send(_ signal: UnixSignal, to pid: Int32) {
        Glibc.kill(pid, signal.number)
    }
}
