import Glibc

/// The hold of readers on a file that its writer would drop.
final class ReaderHold {
    /// Readable when a reader has closed the file (inotify(7)); -1 where the kernel has no room for that.
    let changes: CInt
    private let file: OpenFile

    /// - Returns: `nil` if no reader holds the file, or there is none.
    init?(_ path: String) {
        guard let file = Self.held(path) else { return nil }
        self.file = file
        changes = inotify_init1(CInt(IN_CLOEXEC) | CInt(IN_NONBLOCK))
        inotify_add_watch(changes, path, UInt32(IN_CLOSE_NOWRITE))
    }

    /// Whether a reader holds a file.
    static func isHeld(_ path: String) -> Bool { held(path) != nil }

    /// A file that a reader holds.
    private static func held(_ path: String) -> OpenFile? {
        guard let file = try? OpenFile(path), ReadLock.isHeld(file.descriptor) else { return nil }
        return file
    }

    deinit {
        if changes >= 0 { close(changes) }
    }

    /// Whether no reader holds the file any more, or it has been removed: then no reader finds the one after it, and would
    /// hold this one for ever.
    func isOver() -> Bool {
        withUnsafeTemporaryAllocation(byteCount: 4096, alignment: MemoryLayout<inotify_event>.alignment) { buffer in
            while read(changes, buffer.baseAddress, buffer.count) > 0 {}
        }
        return !ReadLock.isHeld(file.descriptor) || OpenFile.identity(of: file.path) != file.identity
    }
}
