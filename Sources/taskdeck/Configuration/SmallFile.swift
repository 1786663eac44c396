import Glibc
import SystemPackage

/// A file that is read as a whole, which may be a pipe.
enum SmallFile {
    /// The time that the writer of a pipe has, in milliseconds.
    private static let timeout: Int32 = 5000

    /// The content, up to one byte beyond the limit.
    static func read(_ path: FilePath, atMost limit: Int) throws -> [UInt8] {
        // Opening a pipe without a writer would block.
        let file = try FileDescriptor.open(path, .readOnly, options: [.closeOnExec, .nonBlocking])
        return try file.closeAfter { try read(file, atMost: limit) }
    }

    /// The same of a file that is open, and does not block.
    static func read(_ file: FileDescriptor, atMost limit: Int) throws -> [UInt8] {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: min(limit + 1, 65_536))
        while bytes.count <= limit {
            do {
                let count = try buffer.withUnsafeMutableBytes { try file.read(into: $0) }
                guard count > 0 else { break }
                bytes += buffer[..<count]
            } catch Errno.resourceTemporarilyUnavailable {
                var watched = pollfd(fd: file.rawValue, events: Int16(POLLIN), revents: 0)
                guard poll(&watched, 1, timeout) > 0 else { throw Errno.timedOut }
            }
        }
        return bytes
    }
}
