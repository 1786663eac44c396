import Glibc

/// How many files this process may have open.
enum DescriptorLimit {
    /// What the service itself opens, two workers ahead, and a task with its worker.
    private static let needed = 48

    /// - Throws: ``StartError`` when the service could not run.
    static func check() throws {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0, limit.rlim_cur < needed else {
            return
        }
        throw StartError.environment(
            "at least \(needed) open files are needed, but this process may have only \(limit.rlim_cur); "
                + "see 'ulimit -n'")
    }
}
