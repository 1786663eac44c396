import FoundationEssentials

/// What a process and all its descendants use of the machine.
struct Footprint {
    let processes: Int
    /// Shared pages counted in parts (smaps_rollup of proc(5)).
    let mebibytes: Double
    /// Of processor time, since each was started; those that have ended are counted with their parents.
    let cpuSeconds: Double

    init(of root: Int32) {
        var processes = 0
        var kilobytes = 0
        var ticks = 0
        var queue = [root]
        while let pid = queue.popLast() {
            guard let stat = try? String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8) else { continue }
            processes += 1
            // Behind the name, which may hold anything: user and system time, then those of ended children.
            let fields = stat[(stat.lastIndex(of: ")") ?? stat.startIndex)...].split(separator: " ")
            ticks += fields.dropFirst(12).prefix(4).reduce(0) { $0 + (Int($1) ?? 0) }
            let rollup = try? String(contentsOfFile: "/proc/\(pid)/smaps_rollup", encoding: .utf8)
            let line = rollup?.split(separator: "\n").first { $0.hasPrefix("Pss:") }
            kilobytes += line?.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
            let threads = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/\(pid)/task")) ?? []
            for thread in threads {
                let list = try? String(contentsOfFile: "/proc/\(pid)/task/\(thread)/children", encoding: .utf8)
                queue += (list ?? "").split(separator: " ").compactMap { Int32($0) }
            }
        }
        self.processes = processes
        mebibytes = Double(kilobytes) / 1024
        // Clock ticks are a hundredth of a second for all programs, whatever the kernel counts in.
        cpuSeconds = Double(ticks) / 100
    }

    /// The processor time that the tree takes while nothing is asked of it, in per cent of one processor.
    static func load(of root: Int32, over seconds: Int) async throws -> Double {
        let before = Footprint(of: root)
        try await Task.sleep(for: .seconds(seconds))
        return (Footprint(of: root).cpuSeconds - before.cpuSeconds) / Double(seconds) * 100
    }
}
