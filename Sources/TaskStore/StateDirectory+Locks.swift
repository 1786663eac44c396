import Glibc
import NIOConcurrencyHelpers
import SystemPackage

// Protection against another service.
extension StateDirectory {
    /// The locked database; not to be closed.
    var databaseFile: FileDescriptor? { lockedDatabase.withLockedValue(\.self) }

    /// Locks the database, if it exists, and sets its mode to 0600.
    ///
    /// - Throws: ``StateUnusable`` for one that another service has locked, and as ``restrictFile(_:)`` does.
    func lockDatabase() throws(StateUnusable) {
        let result = lockedDatabase.withLockedValue { locked in
            Result { () throws(StateUnusable) in
                var (before, now) = (stat(), stat())
                if let locked, fstat(locked.rawValue, &before) == 0, lstat(database.string, &now) == 0,
                    before.st_dev == now.st_dev, before.st_ino == now.st_ino
                {
                    return try Self.restrict(file: locked, database)
                }
                guard let file = try Self.openLocked(database) else { return }
                try? locked?.close()
                locked = file
            }
        }
        try result.get()
    }

    /// Opens and locks a file; returns `nil` when it does not exist.
    private static func openLocked(_ path: FilePath) throws(StateUnusable) -> FileDescriptor? {
        let file: FileDescriptor
        do {
            file = try FileDescriptor.open(path, .readOnly, options: [.noFollow, .nonBlocking, .closeOnExec])
        } catch let error as Errno where error == .noSuchFileOrDirectory {
            return nil
        } catch {
            throw StateUnusable(description: refusal(of: path, "\(error)"))
        }
        do throws(StateUnusable) {
            try restrict(file: file, path)
            // On a file system without locks the check of the link count remains.
            if flock(file.rawValue, LOCK_EX | LOCK_NB) != 0, errno == EWOULDBLOCK {
                throw StateUnusable(description: refusal(of: path, "another process uses it"))
            }
        } catch {
            try? file.close()
            throw error
        }
        return file
    }

    static func openLock(_ path: FilePath) throws(StateUnusable) -> FileDescriptor {
        let path = path.appending("lock")
        let file: FileDescriptor
        do {
            file = try FileDescriptor.open(
                path, .readWrite, options: [.create, .noFollow, .nonBlocking, .closeOnExec],
                permissions: [.ownerReadWrite])
        } catch {
            throw StateUnusable(description: refusal(of: path, "\(error)"))
        }
        do throws(StateUnusable) {
            try restrict(file: file, path)
        } catch {
            try? file.close()
            throw error
        }
        return file
    }

    /// The number of bytes that are written to the lock file; constant, so that it is never truncated.
    private static let processIDWidth = 11

    /// Writes the process id for the error of another service, unless the file contains anything else.
    static func writeProcessID(to lock: FileDescriptor) {
        var status = stat()
        guard fstat(lock.rawValue, &status) == 0,
            status.st_size == 0 || status.st_size <= processIDWidth && processID(in: lock) != nil
        else { return }
        let text = "\(getpid())"
        let padding = String(repeating: " ", count: max(0, processIDWidth - 1 - text.utf8.count))
        // The lock tells readers whether the id is current.
        _ = try? lock.writeAll(toAbsoluteOffset: 0, (text + padding + "\n").utf8)
    }

    static func processID(in lock: FileDescriptor) -> Int32? {
        var bytes = [UInt8](repeating: 0, count: 32)
        let count = (try? bytes.withUnsafeMutableBytes { try lock.read(fromAbsoluteOffset: 0, into: $0) }) ?? 0
        return Int32(String(decoding: bytes[..<count], as: UTF8.self).filter { !$0.isWhitespace })
    }
}
