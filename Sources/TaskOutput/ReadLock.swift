import Glibc

/// The locks by which readers hold a file: those of an open file description (fcntl(2)), which the kernel releases when a
/// reader ends, however that happens.
///
/// The writer only asks for them, so that nothing ever waits for a lock.
enum ReadLock {
    /// F_OFD_GETLK and F_OFD_SETLK of linux/fcntl.h, which Swift does not import.
    private static let (query, set): (CInt, CInt) = (36, 37)

    /// Locks a file that is open for reading; `false` where that is not possible.
    static func acquire(_ file: CInt) -> Bool { change(file, to: F_RDLCK) }

    static func release(_ file: CInt) { _ = change(file, to: F_UNLCK) }

    /// Whether another descriptor of the file has the lock.
    static func isHeld(_ file: CInt) -> Bool {
        var lock = whole(F_WRLCK)
        return fcntl(file, query, &lock) == 0 && lock.l_type != Int16(F_UNLCK)
    }

    private static func change(_ file: CInt, to type: CInt) -> Bool {
        var lock = whole(type)
        return fcntl(file, set, &lock) == 0
    }

    /// A lock of a whole file.
    private static func whole(_ type: CInt) -> flock {
        var lock = flock()
        (lock.l_type, lock.l_whence) = (Int16(type), Int16(SEEK_SET))
        return lock
    }
}
