import Glibc
import NIOConcurrencyHelpers
import TaskModel
import TaskOutput

/// The directory with what the programs of tasks have written.
package final class ProgramLogs: Sendable {
    /// The path of the directory.
    package let path: String
    /// The most bytes of the logs of a task.
    package let limit: Int
    /// The last attempts that may have a log.
    private let attempts = NIOLockedValueBox<[TaskID: Int]>([:])

    /// In bytes.
    package static let defaultLimit = 16 << 20
    /// The least that ``limit`` may be.
    package static let minimumLimit = OutputWriter.minimumLimit

    /// - Parameter path: the directory, made with mode 0700 when the first log is.
    package init(path: String, limit: Int = defaultLimit) {
        self.path = path
        self.limit = limit
    }

    /// Makes room for the log of an attempt that is about to start, and the directory.
    ///
    /// Of earlier attempts the latest logs stay that need half of the limit at most and leave the least that a log may have,
    /// and those that readers hold, however large they are. Blocks for a moment.
    ///
    /// - Returns: The log, and the most bytes of it.
    func begin(_ id: TaskID, attempt: Int) -> (log: OutputLog, limit: Int) {
        mkdir(path, 0o700)
        add(id, attempt: attempt)
        let room = min(limit / 2, limit - Self.minimumLimit)
        var kept = 0
        var isFull = false
        for earlier in (1..<max(1, attempt)).reversed() {
            let log = OutputLog(directory: path, task: id, attempt: earlier)
            let size = log.storedBytes
            isFull = isFull || kept + size > room
            if !isFull {
                kept += size
            } else if !log.isHeld {
                log.remove()
            }
        }
        return (OutputLog(directory: path, task: id, attempt: attempt), limit - kept)
    }

    /// Counts the log of an attempt as one that may exist.
    func add(_ id: TaskID, attempt: Int) {
        attempts.withLockedValue { $0[id] = max($0[id] ?? 0, attempt) }
    }

    /// Removes the logs of tasks that are no longer kept.
    func remove(_ ids: some Sequence<TaskID>) {
        for id in ids {
            guard let last = attempts.withLockedValue({ $0.removeValue(forKey: id) }) else { continue }
            for attempt in 1...max(1, last) { OutputLog(directory: path, task: id, attempt: attempt).remove() }
        }
    }

    /// Finds the logs of earlier services.
    ///
    /// - Returns: The tasks with logs.
    func scan() -> [TaskID] {
        var found: [TaskID: Int] = [:]
        guard let directory = opendir(path) else { return [] }
        defer { closedir(directory) }
        while let entry = readdir(directory) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            let parts = name.split(separator: ".", omittingEmptySubsequences: false)
            guard parts.count >= 3, parts[2] == "log", let id = TaskID(String(parts[0])),
                let attempt = Int(parts[1]), attempt > 0
            else { continue }
            found[id] = max(found[id] ?? 0, attempt)
        }
        attempts.withLockedValue { $0.merge(found) { max($0, $1) } }
        return Array(found.keys)
    }
}
