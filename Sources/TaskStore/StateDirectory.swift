import Glibc
import NIOConcurrencyHelpers
package import SystemPackage

/// A directory with the state of one service, locked as long as the value lives.
package final class StateDirectory: Sendable {
    /// The path of the directory.
    let path: FilePath
    /// The path of the database in it.
    let database: FilePath
    /// Changes of the directory's mode, in sentences for the log.
    package let notices: [String]
    private let lock: FileDescriptor
    /// Locked as well: `lock` can be removed while the service runs.
    private let directory: FileDescriptor
    /// The database, locked as well: a hard link can put it in two directories.
    ///
    /// Open as long as the value lives: closing any descriptor of a file drops all of SQLite's locks on it.
    private let lockedDatabase = NIOLockedValueBox<FileDescriptor?>(nil)

    /// Creates the directory if it does not exist, with mode 0700, and locks it.
    ///
    /// - Throws: ``StateUnusable`` when it cannot be created or written to, can be written to by other users, or is locked
    ///   by another service.
    package init(_ path: FilePath) throws(StateUnusable) {
        self.path = path
        database = path.appending("tasks.sqlite")
        try Self.make(path)
        // Until all properties are set, an error does not run deinit, which closes the files.
        let directory = try Self.open(path)
        let lock: FileDescriptor
        do throws(StateUnusable) {
            notices = try Self.restrict(directory, path)
            lock = try Self.openLock(path)
        } catch {
            try? directory.close()
            throw error
        }
        self.directory = directory
        self.lock = lock
        // The locks go with the process, however it ends.
        guard flock(lock.rawValue, LOCK_EX | LOCK_NB) == 0, flock(directory.rawValue, LOCK_EX | LOCK_NB) == 0 else {
            let owner = Self.processID(in: lock)
            throw StateUnusable(
                description: "the state directory '\(path)' is in use by "
                    + (owner.map { "process \($0)" } ?? "another process")
                    + "; end that one, or choose another --state")
        }
        Self.writeProcessID(to: lock)
    }

    deinit {
        try? lockedDatabase.withLockedValue(\.self)?.close()
        try? lock.close()
        try? directory.close()
    }

    private static func make(_ path: FilePath) throws(StateUnusable) {
        var made = FilePath(root: path.root)
        for component in path.components {
            made.append(component)
            if mkdir(made.string, 0o700) != 0, errno != EEXIST, errno != EROFS, errno != EACCES {
                throw StateUnusable(
                    description: "the state directory '\(path)' cannot be created: \(Errno(rawValue: errno))")
            }
        }
    }

    private static func open(_ path: FilePath) throws(StateUnusable) -> FileDescriptor {
        do {
            return try FileDescriptor.open(path, .readOnly, options: [.directory, .closeOnExec])
        } catch {
            throw StateUnusable(description: "the state directory '\(path)' cannot be opened: \(error)")
        }
    }

    // MARK: - Other users

    /// Refuses a directory that all users can write to, and removes the permission of its group.
    ///
    /// - Returns: The changes, as for ``notices``.
    private static func restrict(_ directory: FileDescriptor, _ path: FilePath) throws(StateUnusable) -> [String] {
        var status = stat()
        guard fstat(directory.rawValue, &status) == 0 else {
            throw StateUnusable(
                description: "the state directory '\(path)' cannot be examined: \(Errno(rawValue: errno))")
        }
        guard status.st_uid == geteuid() else {
            throw StateUnusable(
                description:
                    "the state directory '\(path)' belongs to user \(status.st_uid), not to user \(geteuid()); "
                    + "choose another --state")
        }
        guard status.st_mode & 0o002 == 0 else {
            throw StateUnusable(
                description: "the state directory '\(path)' can be written to by all users; "
                    + "run 'chmod 700' on it, or choose another --state")
        }
        guard status.st_mode & 0o020 != 0 else { return [] }
        guard fchmod(directory.rawValue, 0o700) == 0 else {
            throw StateUnusable(
                description:
                    "the state directory '\(path)' can be written to by its group, and that cannot be changed: "
                    + "\(Errno(rawValue: errno))")
        }
        return ["the state directory '\(path)' could be written to by its group; its mode is 0700 now"]
    }

    /// Sets the mode of a file in the directory to 0600, if it exists.
    ///
    /// - Throws: ``StateUnusable`` for a file of another user, one that is not regular, and one with another name: it may
    ///   have been planted for its content, or for the file that it links to.
    static func restrictFile(_ path: FilePath) throws(StateUnusable) {
        do {
            // O_NONBLOCK: opening a FIFO must not wait for a writer.
            let file = try FileDescriptor.open(path, .readOnly, options: [.noFollow, .nonBlocking, .closeOnExec])
            defer { try? file.close() }
            try restrict(file: file, path)
        } catch let error as Errno where error == .noSuchFileOrDirectory {
            return
        } catch let error as StateUnusable {
            throw error
        } catch {
            throw StateUnusable(description: refusal(of: path, "\(error)"))
        }
    }

    private static func restrict(file: FileDescriptor, _ path: FilePath) throws(StateUnusable) {
        var status = stat()
        guard fstat(file.rawValue, &status) == 0 else {
            throw StateUnusable(description: refusal(of: path, "\(Errno(rawValue: errno))"))
        }
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw StateUnusable(description: refusal(of: path, "it is not a regular file"))
        }
        guard status.st_uid == geteuid() else {
            throw StateUnusable(
                description: refusal(of: path, "it belongs to user \(status.st_uid), not to user \(geteuid())"))
        }
        guard status.st_nlink == 1 else {
            throw StateUnusable(description: refusal(of: path, "it has another name (hard link)"))
        }
        guard status.st_mode & 0o777 == 0o600 || fchmod(file.rawValue, 0o600) == 0 else {
            throw StateUnusable(description: refusal(of: path, "\(Errno(rawValue: errno))"))
        }
    }

    private static func refusal(of path: FilePath, _ reason: String) -> String {
        "the file '\(path)' cannot be used: "
            + (reason == "\(Errno.tooManySymbolicLinkLevels)" ? "it is a symbolic link" : reason)
    }

    // MARK: - The lock

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

    private static func openLock(_ path: FilePath) throws(StateUnusable) -> FileDescriptor {
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
    private static func writeProcessID(to lock: FileDescriptor) {
        var status = stat()
        guard fstat(lock.rawValue, &status) == 0,
            status.st_size == 0 || status.st_size <= processIDWidth && processID(in: lock) != nil
        else { return }
        let text = "\(getpid())"
        let padding = String(repeating: " ", count: max(0, processIDWidth - 1 - text.utf8.count))
        // The lock tells readers whether the id is current.
        _ = try? lock.writeAll(toAbsoluteOffset: 0, (text + padding + "\n").utf8)
    }

    private static func processID(in lock: FileDescriptor) -> Int32? {
        var bytes = [UInt8](repeating: 0, count: 32)
        let count = (try? bytes.withUnsafeMutableBytes { try lock.read(fromAbsoluteOffset: 0, into: $0) }) ?? 0
        return Int32(String(decoding: bytes[..<count], as: UTF8.self).filter { !$0.isWhitespace })
    }
}
