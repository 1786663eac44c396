import Glibc

/// A file of a log that is open for reading; closed with its last reference.
final class OpenFile: Sendable {
    /// Which file it is, whatever its name.
    struct Identity: Equatable {
        let device: UInt
        let inode: UInt
    }

    let path: String
    let descriptor: CInt
    let identity: Identity
    private let isHeld: Bool

    /// Opens a file; `nil` if there is none.
    ///
    /// - Parameter holds: whether the writer is to wait before it drops the file, until this reader closes it.
    /// - Throws: ``OutputError`` if it cannot be opened.
    init?(_ path: String, holds: Bool = false) throws(OutputError) {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
        guard descriptor >= 0 else {
            let code = errno
            if code == ENOENT { return nil }
            throw OutputError(code: code, path: path)
        }
        self.path = path
        self.descriptor = descriptor
        isHeld = holds && ReadLock.acquire(descriptor)
        identity = Self.identity(of: descriptor)
    }

    deinit {
        // Before the closing, which wakes the writer.
        if isHeld { ReadLock.release(descriptor) }
        close(descriptor)
    }

    /// The file that has a path; `nil` if none does.
    static func identity(of path: String) -> Identity? {
        var status = stat()
        return lstat(path, &status) == 0 ? Identity(device: status.st_dev, inode: status.st_ino) : nil
    }

    static func identity(of descriptor: CInt) -> Identity {
        var status = stat()
        fstat(descriptor, &status)
        return Identity(device: status.st_dev, inode: status.st_ino)
    }

    /// The current size in bytes.
    var size: Int {
        var status = stat()
        return fstat(descriptor, &status) == 0 ? status.st_size : 0
    }

    /// Returns bytes from an offset on, fewer only at the end of the file.
    ///
    /// - Throws: ``OutputError``.
    func read(_ count: Int, at offset: Int) throws(OutputError) -> [UInt8] {
        var code: CInt = 0
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, total in
            while total < count {
                let read = pread(descriptor, buffer.baseAddress.map { $0 + total }, count - total, offset + total)
                if read == 0 { return }
                if read > 0 {
                    total += read
                } else if errno != EINTR {
                    code = errno
                    return
                }
            }
        }
        guard code == 0 else { throw OutputError(code: code, path: path) }
        return bytes
    }
}
