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
    let lockedDatabase = NIOLockedValueBox<FileDescriptor?>(nil)

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

    /// Whether a service has locked a directory.
    package static func isInUse(_ path: FilePath) -> Bool {
        guard
            let lock = try? FileDescriptor.open(
                path.appending("lock"), .readOnly, options: [.noFollow, .nonBlocking, .closeOnExec])
        else { return false }
        defer { try? lock.close() }
        return flock(lock.rawValue, LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK
    }

    deinit {
        try? lockedDatabase.withLockedValue(\.self)?.close()
        try? lock.close()
        try? directory.close()
    }

    /// A text that identifies the directory among all that exist; of a copy it is another one.
    var mark: String {
        var status = stat()
        // Of an open descriptor, it does not fail.
        _ = fstat(directory.rawValue, &status)
        return "\(status.st_dev)-\(status.st_ino)"
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
}
