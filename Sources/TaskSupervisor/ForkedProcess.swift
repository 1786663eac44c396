import Glibc
import SystemPackage

/// A forked worker and our ends of its pipes; its owner closes them.
struct ForkedProcess: Sendable {
    let pid: pid_t
    /// A pidfd.
    let descriptor: FileDescriptor
    let input: FileDescriptor
    let output: FileDescriptor
    let errors: FileDescriptor
}

/// Why no worker was forked.
enum ForkError: Error {
    /// The fork server does not answer any more.
    case gone
    /// The system has no room for another process.
    case refused(String)
}
