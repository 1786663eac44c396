import FoundationEssentials

/// How often each thread of a process tree has blocked, and so been woken, since its start.
struct WakeUpCount {
    private var counts: [Int32: Int] = [:]

    init(of root: Int32) {
        for (pid, threads) in ProcessTree(root: root).threads {
            for thread in threads {
                let status = try? String(contentsOfFile: "/proc/\(pid)/task/\(thread)/status", encoding: .utf8)
                let line = status?.split(separator: "\n").first { $0.hasPrefix("voluntary_ctxt_switches:") }
                counts[thread] = line?.split(separator: "\t").last.flatMap { Int($0) }
            }
        }
    }

    /// Returns the wake-ups since an earlier count, without those of threads that have ended since.
    func wakeUps(since earlier: WakeUpCount) -> Int {
        counts.reduce(0) { sum, count in sum + count.value - (earlier.counts[count.key] ?? 0) }
    }
}
