import Glibc
import NIOConcurrencyHelpers
import SystemPackage
package import TaskModel

/// The first processes of the programs that run, in a file of the state directory, for the service after one that was
/// killed.
///
/// Not in the database: an entry counts only until the system starts anew, so that it needs no flush to the disk, which
/// would delay every program.
package final class ProgramLedger: Sendable {
    /// A running program's first process.
    package struct Entry: Sendable, Hashable {
        package let task: TaskID
        package let pid: Int32
        /// Clock ticks from the start of the system; see `starttime` in proc(5).
        package let startTime: UInt64

        package init(task: TaskID, pid: Int32, startTime: UInt64) {
            self.task = task
            self.pid = pid
            self.startTime = startTime
        }
    }

    private struct State {
        var file: FileDescriptor?
        /// Whether the file cannot be used.
        var isUnusable = false
        var slots: [TaskID: Int] = [:]
        var freeSlots: [Int] = []
    }

    /// The length of every entry in the file, the line feed included.
    static let slotSize = 128

    private let path: FilePath?
    private let state = NIOLockedValueBox(State())

    /// - Parameter directory: `nil` for a ledger that keeps nothing.
    init(_ directory: StateDirectory?) {
        path = directory?.path.appending("programs")
    }

    deinit { try? state.withLockedValue(\.file)?.close() }

    // MARK: - Reading

    /// Reads the entries that the service before has left, as far as the system has not been started anew since, and removes
    /// all.
    ///
    /// To be called once, before entries are added.
    package func dequeueEntries() -> [Entry] {
        state.withLockedValue { state in
            guard open(&state, .readWrite, []), let file = state.file else { return [] }
            var text: [UInt8] = []
            var buffer = [UInt8](repeating: 0, count: 64 * Self.slotSize)
            while let count = try? buffer.withUnsafeMutableBytes({
                try file.read(fromAbsoluteOffset: Int64(text.count), into: $0)
            }), count > 0 { text += buffer[..<count] }
            _ = ftruncate(file.rawValue, 0)
            return Self.entries(in: String(decoding: text, as: UTF8.self), boot: Self.boot)
        }
    }

    /// - Parameter boot: the identifier of the system's run; entries of another one are left out.
    static func entries(in text: String, boot: String) -> [Entry] {
        text.split(separator: "\n").compactMap { line in
            let words = line.split(separator: " ")
            guard words.count == 4, words[3] == boot, let task = TaskID(String(words[0])), let pid = Int32(words[1]),
                let time = UInt64(words[2])
            else { return nil }
            return Entry(task: task, pid: pid, startTime: time)
        }
    }

    // MARK: - Writing

    /// Adds a program; without effect where that cannot be written.
    package func add(_ entry: Entry) {
        let line = "\(entry.task) \(entry.pid) \(entry.startTime) \(Self.boot)"
        state.withLockedValue { state in
            guard open(&state, .readWrite, .create) else { return }
            let slot = state.slots[entry.task] ?? state.freeSlots.popLast() ?? state.slots.count
            state.slots[entry.task] = slot
            Self.write(line, at: slot, to: state.file)
        }
    }

    /// Removes the program of a task that has ended.
    package func remove(_ task: TaskID) {
        state.withLockedValue { state in
            guard let slot = state.slots.removeValue(forKey: task) else { return }
            state.freeSlots.append(slot)
            Self.write("", at: slot, to: state.file)
        }
    }

    private static func write(_ line: String, at slot: Int, to file: FileDescriptor?) {
        let padding = String(repeating: " ", count: max(0, slotSize - 1 - line.utf8.count))
        // Where there is no room the program is still known by its environment.
        _ = try? file?.writeAll(toAbsoluteOffset: Int64(slot * slotSize), (line + padding + "\n").utf8)
    }

    /// - Returns: Whether the file is open.
    private func open(
        _ state: inout State, _ mode: FileDescriptor.AccessMode, _ options: FileDescriptor.OpenOptions
    ) -> Bool {
        if state.file != nil { return true }
        guard let path, !state.isUnusable else { return false }
        do {
            let file = try FileDescriptor.open(
                path, mode, options: [options, .noFollow, .nonBlocking, .closeOnExec],
                permissions: [.ownerReadWrite])
            do {
                try StateDirectory.restrict(file: file, path)
                state.file = file
            } catch {
                try? file.close()
                state.isUnusable = true
            }
        } catch let error as Errno where error == .noSuchFileOrDirectory && options.isEmpty {
            return false
        } catch {
            state.isUnusable = true
        }
        return state.file != nil
    }

    /// The identifier of the system's run; see random(4).
    static let boot: String = {
        var bytes = [UInt8](repeating: 0, count: 64)
        guard
            let file = try? FileDescriptor.open(
                "/proc/sys/kernel/random/boot_id", .readOnly, options: .closeOnExec)
        else { return "unknown" }
        defer { try? file.close() }
        let count = (try? bytes.withUnsafeMutableBytes { try file.read(into: $0) }) ?? 0
        return String(decoding: bytes[..<count].prefix { $0 > UInt8(ascii: " ") }, as: UTF8.self)
    }()
}
