import CLinux
import Glibc

/// The processor time and memory of this process.
struct ResourceUsage {
    let cpuSeconds: Double
    let residentBytes: Int

    static func now() -> ResourceUsage {
        var usage = rusage()
        getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        return ResourceUsage(
            cpuSeconds: seconds(usage.ru_utime) + seconds(usage.ru_stime), residentBytes: residentBytes())
    }

    private static func seconds(_ time: timeval) -> Double {
        Double(time.tv_sec) + Double(time.tv_usec) / 1e6
    }

    /// The second number of `/proc/PID/statm`, which counts pages; see proc(5).
    private static func residentBytes() -> Int {
        let fields = withUnsafeTemporaryAllocation(byteCount: 128, alignment: 1) { buffer in
            let count = linux_read_process_file(getpid(), "statm", buffer.baseAddress, buffer.count)
            return String(decoding: buffer.prefix(max(0, count)), as: UTF8.self).split(separator: " ")
        }
        let pages = fields.count > 1 ? Int(fields[1]) ?? 0 : 0
        return pages * Int(sysconf(Int32(_SC_PAGESIZE)))
    }
}
