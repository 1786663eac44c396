import Glibc
import SystemPackage

/// How many files this process may open, and how many of them workers leave to others.
enum DescriptorLimit {
    private static let largestReserve = 64

    /// Whether a descriptor is one of the last, which are for clients, the store and calls to workers.
    ///
    /// The kernel gives the lowest number that is free, so all below are in use. Without any worker there is none
    /// whose end would make room, and the last ones may be used.
    static func isReserved(_ descriptor: CInt) -> Bool {
        guard let limit = value, Children.shared.hasGroups else { return false }
        return Int(descriptor) >= limit - min(largestReserve, limit / 8)
    }

    /// Why no more workers have room.
    static var explanation: String {
        "this process may not open more files (\(value.map(String.init) ?? "any number") at most; see 'ulimit -n')"
    }

    /// The same for that error, and what the kernel says for all others.
    static func explanation(of error: Errno) -> String {
        error == .tooManyOpenFiles ? explanation : "no pipe: \(error)"
    }

    /// A number that is free now; `nil` when none is.
    static func lowestFree() -> CInt? {
        let descriptor = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 0)
        guard descriptor >= 0 else { return nil }
        close(descriptor)
        return descriptor
    }

    /// `nil` for any number.
    private static var value: Int? {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0, limit.rlim_cur != rlim_t.max else {
            return nil
        }
        return Int(clamping: limit.rlim_cur)
    }
}
