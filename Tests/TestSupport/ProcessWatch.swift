import CLinux
import FoundationEssentials
import Glibc
import NIOPosix

/// Observes and signals processes, which need not be children of this one.
package enum ProcessWatch {
    /// Whether a process has ended, or ends within the time; a zombie has ended.
    package static func ends(_ pid: Int32, within limit: Duration) async throws -> Bool {
        let (seconds, attoseconds) = limit.components
        // On a thread of NIO's pool: poll(2) must not block the few threads that tests share.
        return try await NIOThreadPool.singleton.runIfActive {
            let descriptor = linux_pidfd_open(pid)
            // ESRCH: it has ended and been reaped.
            guard descriptor >= 0 else { return true }
            defer { close(descriptor) }
            var watched = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            return poll(&watched, 1, Int32(seconds * 1000 + attoseconds / 1_000_000_000_000_000)) == 1
        }
    }

    /// Whether a process exists, zombies included.
    package static func exists(_ pid: Int32) -> Bool {
        kill(pid, 0) == 0
    }

    /// The resources of a process.
    package struct Resources: Sendable {
        /// Resident anonymous memory; pages of the program are not part of it.
        package let anonymousBytes: Int
        package let descriptors: Int
        /// Children that have not been reaped, whether they run or not.
        package let children: Int
    }

    /// - Throws: When there is no such process.
    package static func resources(of pid: Int32) throws -> Resources {
        let kilobytes = try read("status", of: pid).firstMatch(of: /RssAnon:\s+(\d+) kB/).flatMap { Int($0.1) } ?? 0
        return Resources(
            anonymousBytes: kilobytes * 1024, descriptors: try descriptors(of: pid).count,
            children: try children(of: pid).count)
    }

    /// The children of a process, adopted ones included, that have not been reaped.
    ///
    /// - Throws: When there is no such process.
    package static func children(of pid: Int32) throws -> [Int32] {
        let tasks = try FileManager.default.contentsOfDirectory(atPath: "/proc/\(pid)/task")
        return tasks.flatMap { task in
            // A thread that has ended meanwhile has no children any more.
            let list = try? read("task/\(task)/children", of: pid)
            return (list ?? "").split(separator: " ").compactMap { Int32($0) }
        }
    }

    /// How many threads a process has.
    ///
    /// - Throws: When there is no such process.
    package static func threads(of pid: Int32) throws -> Int {
        try FileManager.default.contentsOfDirectory(atPath: "/proc/\(pid)/task").count
    }

    /// The parent of a process.
    ///
    /// - Throws: When there is no such process.
    package static func parent(of pid: Int32) throws -> Int32? {
        try read("status", of: pid).firstMatch(of: /PPid:\s+(\d+)/).flatMap { Int32($0.1) }
    }

    /// The targets of a process's descriptors: `pipe:[4711]`, `socket:[4712]`, a path.
    ///
    /// - Throws: When there is no such process.
    package static func descriptors(of pid: Int32) throws -> [Int: String] {
        let folder = "/proc/\(pid)/fd"
        var descriptors: [Int: String] = [:]
        for name in try FileManager.default.contentsOfDirectory(atPath: folder) {
            // One that has been closed meanwhile is left out.
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
        try read("environ", of: pid).split(separator: "\0").map(String.init)
    }

    /// Makes orphaned descendants this process's children.
    package static func becomeSubreaper() {
        _ = linux_become_subreaper()
    }

    /// Stops a process, and returns when all of its threads are stopped.
    ///
    /// The kernel reports a stop to the parent only, so this reads the states of the threads until then.
    package static func freeze(_ pid: Int32) throws {
        kill(pid, SIGSTOP)
        while try !FileManager.default.contentsOfDirectory(atPath: "/proc/\(pid)/task").allSatisfy({ thread in
            // One that cannot be read has ended meanwhile.
            (try? read("task/\(thread)/stat", of: pid))?.contains(") T ") ?? true
        }) { sched_yield() }
    }

    /// The content of a file below `/proc/PID`.
    private static func read(_ name: String, of pid: Int32) throws -> String {
        String(decoding: try Data(contentsOf: URL(filePath: "/proc/\(pid)/\(name)")), as: UTF8.self)
    }

    /// Sends a signal to a process.
    package static func send(_ signal: UnixSignal, to pid: Int32) {
        Glibc.kill(pid, signal.number)
    }
}
