import Glibc
import SystemPackage

extension FileDescriptor {
    /// Writes all bytes, also to a pipe or terminal that another program has made nonblocking for all that share it.
    ///
    /// - Throws: `Errno`.
    func writeAllWaiting(_ bytes: some Sequence<UInt8>) throws {
        try ContiguousArray(bytes).withUnsafeBytes { bytes in
            var rest = bytes[...]
            while !rest.isEmpty {
                let count = try waiting(for: POLLOUT) { try write(UnsafeRawBufferPointer(rebasing: rest)) }
                rest = rest.dropFirst(count)
            }
        }
    }

    /// Reads what there is, and waits for it.
    ///
    /// - Returns: The number of bytes; 0 at the end.
    /// - Throws: `Errno`.
    func readWaiting(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
        try waiting(for: POLLIN) { try read(into: buffer) }
    }

    private func waiting(for event: CInt, _ body: () throws -> Int) throws -> Int {
        while true {
            do {
                return try body()
            } catch Errno.resourceTemporarilyUnavailable {
                var descriptor = pollfd(fd: rawValue, events: Int16(event), revents: 0)
                poll(&descriptor, 1, -1)
            }
        }
    }
}
