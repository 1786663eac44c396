import FoundationEssentials

/// A process and all its descendants, at one moment.
struct ProcessTree {
    /// The threads of each process.
    let threads: [Int32: [Int32]]

    var pids: Dictionary<Int32, [Int32]>.Keys { threads.keys }

    init(root: Int32) {
        var threads: [Int32: [Int32]] = [:]
        var queue = [root]
        while let pid = queue.popLast() {
            guard let names = try? FileManager.default.contentsOfDirectory(atPath: "/proc/\(pid)/task") else {
                continue
            }
            let ids = names.compactMap { Int32($0) }
            threads[pid] = ids
            for id in ids {
                let list = try? String(contentsOfFile: "/proc/\(pid)/task/\(id)/children", encoding: .utf8)
                queue += (list ?? "").split(separator: " ").compactMap { Int32($0) }
            }
        }
        self.threads = threads
    }

    /// The name of a process's program; `nil` when there is no such process.
    static func name(of pid: Int32) -> String? {
        (try? String(contentsOfFile: "/proc/\(pid)/comm", encoding: .utf8)).map { String($0.dropLast()) }
    }
}
