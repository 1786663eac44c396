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
        self.init(pid: pid, file: "stat")
    }

    private init?(pid: Int32, file: String) {
        let entry = withUnsafeTemporaryAllocation(byteCount: 1024, alignment: 1) { buffer -> ProcessEntry? in
            let count = linux_read_process_file(pid, file, buffer.baseAddress, buffer.count)
            return count > 0 ? ProcessEntry(stat: UnsafeRawBufferPointer(rebasing: buffer[..<count])) : nil
        }
        guard let entry else { return nil }
        self = entry
    }

    /// Parses the content of a `stat` file.
    package init?(stat: UnsafeRawBufferPointer) {
        // The name may contain spaces and parentheses.
        guard let nameEnd = stat.lastIndex(of: UInt8(ascii: ")")),
            let pid = Self.number(stat.prefix { $0 != UInt8(ascii: " ") }),
            nameEnd + 2 < stat.endIndex
        else { return nil }
        var fields = FieldIterator(rest: stat[(nameEnd + 2)...])
        guard let state = fields.next()?.first,
            let parent = fields.next().flatMap(Self.number), let group = fields.next().flatMap(Self.number),
            let session = fields.next().flatMap(Self.number)
        else { return nil }
        // From tty_nr, the 7th, to itrealvalue, the 21st.
        for _ in 7..<20 { _ = fields.next() }
        guard let threads = fields.next().flatMap(Self.number), fields.next() != nil,
            let startTime = fields.next().flatMap(Self.number)
        else { return nil }
        self.pid = Int32(truncatingIfNeeded: pid)
        self.parent = Int32(truncatingIfNeeded: parent)
        self.group = Int32(truncatingIfNeeded: group)
        self.session = Int32(truncatingIfNeeded: session)
        self.state = state
        self.threads = Int(truncatingIfNeeded: threads)
        self.startTime = startTime
    }

    private struct FieldIterator {
        var rest: Slice<UnsafeRawBufferPointer>

        mutating func next() -> Slice<UnsafeRawBufferPointer>? {
            guard !rest.isEmpty else { return nil }
            let field = rest.prefix { $0 != UInt8(ascii: " ") && $0 != UInt8(ascii: "\n") }
            rest = rest[field.endIndex...].dropFirst()
            return field
        }
    }

    private static func number(_ digits: Slice<UnsafeRawBufferPointer>) -> UInt64? {
        guard !digits.isEmpty else { return nil }
        var value: UInt64 = 0
        for digit in digits {
            guard digit >= UInt8(ascii: "0"), digit <= UInt8(ascii: "9") else { return nil }
            value = value &* 10 &+ UInt64(digit - UInt8(ascii: "0"))
        }
        return value
    }
}

extension ProcessEntry {
    /// Whether it has ended, and only waits to be reaped.
    package var hasEnded: Bool {
        // The first thread of a process may end before the others.
        isEnd(state) && threads <= 1
    }

    /// Whether any of its threads runs, or would run as soon as what it waits for happens: state R or S.
    ///
    /// Not D: a process in it has no instruction to run before the kernel has handled its signals.
    package func isRunning() -> Bool {
        guard threads > 1 else { return isRunningState(state) }
        return ProcessTree.threads(of: pid).contains { thread in
            ProcessEntry(pid: pid, file: "task/\(thread)/stat").map { isRunningState($0.state) } ?? false
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
