import FoundationEssentials
import Glibc

/// The machine that the benchmark runs on.
struct Machine: CustomStringConvertible {
    /// Processor, number of cores and kernel release.
    let description: String

    init() {
        let cpus = (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)) ?? ""
        let model = cpus.split(separator: "\n").first { $0.hasPrefix("model name") }?.split(separator: ":").last
        var system = utsname()
        uname(&system)
        let release = withUnsafeBytes(of: system.release) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
        let name = model.map { String($0.drop { $0 == " " }) } ?? "unknown processor"
        description = "\(name), \(sysconf(Int32(_SC_NPROCESSORS_ONLN))) cores, Linux \(release)"
    }
}
