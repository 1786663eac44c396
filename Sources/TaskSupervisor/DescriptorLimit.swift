import Glibc
import SystemPackage

/// The limit of open files, and how many of them are reserved.
package enum DescriptorLimit {
    private static let largestReserve = 64

    /// Whether a descriptor is one of the last, which are reserved for clients, the store and calls to workers.
    ///
    /// The kernel assigns the lowest free number, so all below are in use. While there is no worker whose end would make
    /// room, none is reserved.
    static func isReserved(_ descriptor: CInt) -> Bool {
        guard let limit = value, Children.shared.hasGroups else { return false }
        return Int(descriptor) >= limit - min(largestReserve, limit / 8)
    }

    /// Why no more workers can be launched.
    static var explanation: String {
        "this process may not open more files (\(value.map(String.init) ?? "any number") at most; see 'ulimit -n')"
    }

    /// The same for that error, the kernel's text for any other.
    static func explanation(of error: Errno) -> String {
        error == .tooManyOpenFiles ? explanation : "no pipe: \(error)"
    }

    /// The lowest free number; `nil` when there is none.
    static func lowestFree() -> CInt? {
        let descriptor = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 0)
        guard descriptor >= 0 else { return nil }
        close(descriptor)
        return descriptor
    }

    /// The number of descriptors that this process may have; `nil` if unlimited.
    package static var value: Int? {
        guard let limit = current, limit.rlim_cur != rlim_t.max else { return nil }
        return Int(clamping: limit.rlim_cur)
    }

    /// Raises the limit as far as the system allows.
    package static func raise() {
        guard var limit = current else { return }
        limit.rlim_cur = limit.rlim_max
        setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    }

    private static var current: rlimit? {
        var limit = rlimit()
        return getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 ? limit : nil
    }
}
