import Glibc

/// Files of proc(5) that tell of this process, in a line that is short.
enum ProcessFile {
    /// The beginning of `/proc/self/…`; `nil` when it cannot be read.
    static func read(_ name: String) -> String? {
        let descriptor = open("/proc/self/\(name)", O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        return withUnsafeTemporaryAllocation(byteCount: 128, alignment: 1) { buffer in
            let count = Glibc.read(descriptor, buffer.baseAddress, buffer.count)
            return count > 0 ? String(decoding: buffer.prefix(count), as: UTF8.self) : nil
        }
    }
}
