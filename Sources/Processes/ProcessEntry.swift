import CLinux
import CProgram
import Glibc

/// A process at one moment, as proc(5) shows it.
package struct ProcessEntry: Sendable, Hashable {
    package let pid: Int32
    package let parent: Int32
    package let group: Int32
    package let session: Int32
    /// The state of the first thread: one of proc(5)'s letters.
    package let state: UInt8
    package let threads: Int
    /// Clock ticks from the start of the system; with the pid it identifies the process.
    package let startTime: UInt64

    /// Reads `/proc/PID/stat`.
    ///
    /// - Returns: `nil` when there is no such process.
    package init?(pid: Int32) {
        self.init(pid: pid, thread: 0)
    }

    /// - Parameter thread: whose state it is; 0 for the first one.
    private init?(pid: Int32, thread: Int32) {
        var process = linux_process()
        guard linux_read_process(pid, thread, &process) == 0 else { return nil }
        self.init(process)
    }

    /// Parses the content of a `stat` file.
    package init?(stat: String) {
        var process = linux_process()
        guard linux_parse_process(stat, &process) == 0 else { return nil }
        self.init(process)
    }

    private init(_ process: linux_process) {
        pid = process.pid
        parent = process.parent
        group = process.group
        session = process.session
        state = UInt8(bitPattern: process.state)
        threads = process.threads
        startTime = process.start_time
    }
}

extension ProcessEntry {
    /// Whether it has ended, and only waits to be reaped.
    package var hasEnded: Bool {
        // The first thread of a process may end before the others.
        isEnd(state) && threads <= 1
    }

    /// Whether a signal has stopped it.
    package var isStopped: Bool { state == UInt8(ascii: "T") }

    /// Whether any of its threads runs, or would run as soon as what it waits for happens: state R or S.
    ///
    /// Not D: a process in it has no instruction to run before the kernel has handled its signals.
    package func isRunning() -> Bool {
        guard threads > 1 else { return isRunningState(state) }
        return ProcessTree.threads(of: pid).contains { thread in
            ProcessEntry(pid: pid, thread: thread).map { isRunningState($0.state) } ?? false
        }
    }

    /// Sends a signal to this process, and to no other that has its pid later.
    ///
    /// - Returns: Whether it was sent: not when the process has gone, or may not be signaled.
    @discardableResult
    package func send(_ signal: Int32) -> Bool {
        let descriptor = linux_pidfd_open(pid)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        guard ProcessEntry(pid: pid)?.startTime == startTime else { return false }
        return linux_pidfd_send_signal(descriptor, signal) == 0
    }

    /// Its effective user, or root when it cannot be examined by others; `nil` when there is no such process.
    var owner: UInt32? {
        var status = stat()
        return stat("/proc/\(pid)", &status) == 0 ? status.st_uid : nil
    }

    /// The name of its program, of 15 bytes at most.
    package func name() -> String {
        withUnsafeTemporaryAllocation(byteCount: 64, alignment: 1) { buffer in
            let count = linux_read_process_file(pid, "comm", buffer.baseAddress, buffer.count)
            return String(decoding: buffer.prefix(max(0, count - 1)), as: UTF8.self)
        }
    }
}

private func isRunningState(_ state: UInt8) -> Bool {
    state == UInt8(ascii: "R") || state == UInt8(ascii: "S")
}

private func isEnd(_ state: UInt8) -> Bool {
    state == UInt8(ascii: "Z") || state == UInt8(ascii: "X") || state == UInt8(ascii: "x")
}
