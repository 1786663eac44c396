import CLinux
import Glibc

/// A control group (cgroup v2) for one program, below that of its worker.
///
/// Available only where this process may make one, as in a service with `Delegate=yes`. What a process starts is in its
/// group, so that the kernel kills or freezes all of it at once.
package final class ControlGroup: Sendable {
    package let path: String
    /// The group's directory.
    package let descriptor: Int32

    /// - Returns: `nil` when there is no such group.
    private init?(path: String) {
        let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        self.path = path
        self.descriptor = descriptor
    }

    deinit { close(descriptor) }

    /// Makes the group of this process's program.
    ///
    /// - Returns: `nil` where that is not possible.
    package static func make() -> ControlGroup? {
        guard let path = path(ofWorker: getpid()) else { return nil }
        // A worker that was killed has left one, when this process has its pid. It can only be removed when it is empty.
        guard mkdir(path, 0o755) == 0 || errno == EEXIST && rmdir(path) == 0 && mkdir(path, 0o755) == 0 else {
            return nil
        }
        guard let group = ControlGroup(path: path) else {
            rmdir(path)
            return nil
        }
        return group
    }

    /// The group of a worker's program, which may have outlived the worker.
    ///
    /// - Parameter pid: the worker, in the same group as this process.
    package static func existing(ofWorker pid: Int32) -> ControlGroup? {
        path(ofWorker: pid).flatMap { ControlGroup(path: $0) }
    }

    /// Removes the groups of all workers that have no process in them.
    ///
    /// Those that were killed together with their supervisor leave theirs. A program whose empty group is removed before
    /// its start is started without.
    package static func removeEmpty() {
        guard let own, let directory = opendir(own) else { return }
        defer { closedir(directory) }
        while let entry = readdir(directory) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) {
                String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name.hasPrefix(prefix) { rmdir("\(own)/\(name)") }
        }
    }

    private static let prefix = "taskdeck-"

    private static func path(ofWorker pid: Int32) -> String? {
        own.map { "\($0)/\(prefix)\(pid)" }
    }

    // MARK: - Its processes

    /// Kills all processes of the group.
    package func kill() { write("1", to: "cgroup.kill") }

    /// Has no process of the group run, or has them run again.
    package func freeze(_ isFrozen: Bool) { write(isFrozen ? "1" : "0", to: "cgroup.freeze") }

    /// Whether all of its processes are frozen.
    package var isFrozen: Bool { read("cgroup.events").contains("frozen 1") }

    /// Removes the group, which fails while it has processes.
    @discardableResult
    package func remove() -> Bool {
        if rmdir(path) == 0 { return true }
        // A process may count for a moment after it has been reaped; the kernel reports the last one.
        let events = openat(descriptor, "cgroup.events", O_RDONLY | O_CLOEXEC)
        guard events >= 0 else { return false }
        defer { close(events) }
        for _ in 0..<Self.removalAttempts {
            var byte: UInt8 = 0
            // A change is reported after it has been read.
            pread(events, &byte, 1, 0)
            var watched = pollfd(fd: events, events: Int16(POLLPRI), revents: 0)
            if rmdir(path) == 0 { return true }
            poll(&watched, 1, 20)
        }
        return rmdir(path) == 0
    }

    private static let removalAttempts = 5

    private func write(_ text: String, to name: String) {
        let file = openat(descriptor, name, O_WRONLY | O_CLOEXEC)
        guard file >= 0 else { return }
        defer { close(file) }
        // Without effect on an old kernel; what follows does not rely on it.
        _ = Glibc.write(file, text, text.utf8.count)
    }

    private func read(_ name: String) -> String {
        Self.read(openat(descriptor, name, O_RDONLY | O_CLOEXEC))
    }

    private static func read(_ file: Int32) -> String {
        guard file >= 0 else { return "" }
        defer { close(file) }
        var text: [UInt8] = []
        withUnsafeTemporaryAllocation(byteCount: 4096, alignment: 1) { buffer in
            while true {
                let count = Glibc.read(file, buffer.baseAddress, buffer.count)
                guard count > 0 else { return }
                text += buffer[..<count]
            }
        }
        return String(decoding: text, as: UTF8.self)
    }

    // MARK: - Where it is

    /// The directory of this process's own group.
    private static let own = directory(
        mounts: read(open("/proc/self/mountinfo", O_RDONLY | O_CLOEXEC)),
        membership: read(open("/proc/self/cgroup", O_RDONLY | O_CLOEXEC)))

    /// The directory of the group that `/proc/PID/cgroup` names, by `/proc/PID/mountinfo`.
    ///
    /// - Returns: `nil` when the group is not visible.
    package static func directory(mounts: String, membership: String) -> String? {
        guard let line = membership.split(separator: "\n").first(where: { $0.hasPrefix("0::/") }) else { return nil }
        let path = line.dropFirst(3)
        guard !path.split(separator: "/").contains("..") else { return nil }
        for line in mounts.split(separator: "\n") {
            let fields = line.split(separator: " ", omittingEmptySubsequences: false)
            guard let separator = fields.firstIndex(of: "-"), separator >= 6, separator + 1 < fields.count,
                fields[separator + 1] == "cgroup2",
                let below = relative(path, to: unescaped(fields[3]))
            else { continue }
            return unescaped(fields[4]) + below
        }
        return nil
    }

    /// The rest of a path below another one: empty, or with a slash before it.
    private static func relative(_ path: Substring, to root: String) -> Substring? {
        if path == "/" { return root == "/" ? "" : nil }
        if root == "/" { return path }
        guard path.hasPrefix(root) else { return nil }
        let rest = path.dropFirst(root.count)
        return rest.isEmpty || rest.hasPrefix("/") ? rest : nil
    }

    /// The kernel writes spaces and such as `\040`.
    private static func unescaped(_ text: Substring) -> String {
        var bytes: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let first = rest.popFirst() {
            if first == UInt8(ascii: "\\"), rest.count >= 3,
                let value = UInt8(String(decoding: rest.prefix(3), as: UTF8.self), radix: 8)
            {
                bytes.append(value)
                rest = rest.dropFirst(3)
            } else {
                bytes.append(first)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
