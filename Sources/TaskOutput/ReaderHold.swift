import Glibc

/// The hold of readers on a file that its writer would drop.
final class ReaderHold {
    /// Readable when a reader has closed the file (inotify(7)); -1 where the kernel has no room for that.
    let changes: CInt
    private let file: CInt
    private let path: String

    /// - Returns: `nil` if no reader holds the file, or there is none.
    init?(_ path: String) {
        self.path = path
        file = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
        guard file >= 0, ReadLock.isHeld(file) else {
            if file >= 0 { close(file) }
            return nil
        }
        changes = inotify_init1(CInt(IN_CLOEXEC) | CInt(IN_NONBLOCK))
        inotify_add_watch(changes, path, UInt32(IN_CLOSE_NOWRITE))
    }

    /// Whether a reader holds a file.
    static func isHeld(_ path: String) -> Bool {
        let file = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
        guard file >= 0 else { return false }
        defer { close(file) }
        return ReadLock.isHeld(file)
    }

    deinit {
        close(file)
        if changes >= 0 { close(changes) }
    }

    /// Whether no reader holds the file any more, or it has been removed: then no reader finds the one after it, and would
    /// hold this one for ever.
    func isOver() -> Bool {
        withUnsafeTemporaryAllocation(byteCount: 4096, alignment: MemoryLayout<inotify_event>.alignment) { buffer in
            while read(changes, buffer.baseAddress, buffer.count) > 0 {}
        }
        return !ReadLock.isHeld(file) || OpenFile.identity(of: path) != OpenFile.identity(of: file)
    }
}
