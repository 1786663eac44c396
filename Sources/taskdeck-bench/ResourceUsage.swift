import FoundationEssentials

/// The memory and processor time of processes, such as one and all its descendants.
struct ResourceUsage {
    /// The proportional set size: shared pages are divided among the processes that map them (smaps_rollup of proc(5)).
    let mebibytes: Double
    /// The part of it that is not backed by a file: what the processes have allocated or written.
    let anonymousMebibytes: Double
    /// The processor time since each process was started, that of reaped children included.
    let cpuSeconds: Double

    /// - Parameter root: The process at the root of the tree.
    init(of root: Int32) { self.init(of: Set(ProcessTree(root: root).pids)) }

    init(of pids: Set<Int32>) {
        var kilobytes: [Substring: Int] = [:]
        var ticks = 0
        for pid in pids {
            guard let stat = try? String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8) else { continue }
            // After the name, which may contain anything: user and system time, then those of reaped children.
            let fields = stat[(stat.lastIndex(of: ")") ?? stat.startIndex)...].split(separator: " ")
            ticks += fields.dropFirst(12).prefix(4).reduce(0) { $0 + (Int($1) ?? 0) }
            let rollup = try? String(contentsOfFile: "/proc/\(pid)/smaps_rollup", encoding: .utf8)
            for line in rollup?.split(separator: "\n") ?? [] {
                let fields = line.split(separator: " ")
                guard fields.count == 3, let value = Int(fields[1]) else { continue }
                kilobytes[fields[0], default: 0] += value
            }
        }
        mebibytes = Double(kilobytes["Pss:"] ?? 0) / 1024
        anonymousMebibytes = Double(kilobytes["Pss_Anon:"] ?? 0) / 1024
        // USER_HZ is 100 in user space, whatever the kernel's own tick is.
        cpuSeconds = Double(ticks) / 100
    }

    /// Measures the processor time that the tree uses over a time, in per cent of one processor.
    static func load(of root: Int32, over seconds: Int) async throws -> Double {
        let before = ResourceUsage(of: root)
        try await Task.sleep(for: .seconds(seconds))
        return (ResourceUsage(of: root).cpuSeconds - before.cpuSeconds) / Double(seconds) * 100
    }
}
