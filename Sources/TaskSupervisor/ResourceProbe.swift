import CLinux
import Glibc

/// Finds out whether the limits of this process leave room for one more worker.
enum ResourceProbe {
    /// Three pipes, which have two ends until the worker has taken its own, a process descriptor, and
    /// a connection to the worker; and a few for whoever wants something meanwhile.
    private static let descriptors = 14
    /// A worker's process and its threads.
    private static let processes: Int32 = 6

    /// Why there is no room; `nil` when there is.
    static func shortage() -> String? {
        if !hasDescriptors() {
            return "this process may not open more files (\(limit(RLIMIT_NOFILE)) at most; see 'ulimit -n')"
        }
        if isProcessLimitInForce, linux_can_start_threads(processes) == 0 {
            return "this user may not start more processes (\(limit(__RLIMIT_NPROC)) at most; see 'ulimit -u')"
        }
        return nil
    }

    private static func hasDescriptors() -> Bool {
        var opened: [CInt] = []
        defer { for descriptor in opened { close(descriptor) } }
        for _ in 0..<descriptors {
            let descriptor = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 0)
            guard descriptor >= 0 else { return false }
            opened.append(descriptor)
        }
        return true
    }

    /// The kernel lets the superuser start as many processes as it wants (setrlimit(2)).
    private static let isProcessLimitInForce = getuid() != 0 && value(__RLIMIT_NPROC) != rlim_t.max

    private static func limit(_ resource: __rlimit_resource) -> String {
        let value = value(resource)
        return value == rlim_t.max ? "any number" : "\(value)"
    }

    private static func value(_ resource: __rlimit_resource) -> rlim_t {
        var limit = rlimit()
        return getrlimit(__rlimit_resource_t(resource.rawValue), &limit) == 0 ? limit.rlim_cur : rlim_t.max
    }
}
