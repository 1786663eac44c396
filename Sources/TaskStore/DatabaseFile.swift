import GRDB
import Glibc
import SystemPackage

/// Opens the database file, and makes it if it is not there.
///
/// The process may be killed at any instant of this, and what it leaves can be opened by the next one.
struct DatabaseFile {
    let directory: StateDirectory
    let busyWait: BusyWait

    private var path: FilePath { directory.database }
    /// A file beside the database whose name begins with that of the database.
    private func companion(_ suffix: String) -> FilePath { FilePath(path.string + suffix) }
    private var journal: FilePath { companion("-journal") }
    /// A database in the making, or a copy of one; not used by the next start.
    private var draft: FilePath { companion(".new") }
    private static let companionSuffixes = ["-journal", "-wal", "-shm"]
    /// All files that a connection to the database uses.
    var files: [FilePath] { [path, companion("-wal"), companion("-shm")] }

    /// Opens the database, ready to be used by this version.
    ///
    /// - Throws: ``StateUnusable`` for what is no database of ours, and what SQLite and the system report.
    func open() throws -> any DatabaseWriter {
        try directory.lockDatabase()
        for suffix in Self.companionSuffixes { try StateDirectory.restrictFile(companion(suffix)) }
        var status = stat()
        if stat(path.string, &status) != 0 || status.st_size == 0 {
            try create()
            try directory.lockDatabase()
        } else {
            try inspect()
        }
        let database = try connect()
        // What is up to date need not be written to, where there may be no room.
        if try !database.read(Schema.migrator.hasCompletedMigrations) { try Schema.migrator.migrate(database) }
        return database
    }

    // MARK: - Making it

    /// Makes an empty database under another name, so that there is a whole one or none under its own.
    private func create() throws {
        try removeDraft()
        // Left by a database that was removed, or by a start that was interrupted: SQLite would apply them to the new one.
        for suffix in Self.companionSuffixes { try Self.remove(companion(suffix)) }
        let file = try FileDescriptor.open(
            draft, .readWrite, options: [.create, .exclusiveCreate, .noFollow, .closeOnExec],
            permissions: [.ownerReadWrite])
        try file.closeAfter {
            // Whatever the umask.
            guard fchmod(file.rawValue, 0o600) == 0 else { throw Errno(rawValue: errno) }
            var configuration = Configuration()
            // Not in use before it is complete.
            configuration.prepareDatabase { db in
                try db.execute(sql: "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF")
            }
            let database = try DatabaseQueue(path: draft.string, configuration: configuration)
            try Schema.migrator.migrate(database)
            try database.writeWithoutTransaction { try $0.execute(sql: "PRAGMA journal_mode = WAL") }
            try database.close()
            guard fsync(file.rawValue) == 0 else { throw Errno(rawValue: errno) }
        }
        guard rename(draft.string, path.string) == 0 else { throw Errno(rawValue: errno) }
        let directory = try FileDescriptor.open(path.removingLastComponent(), .readOnly, options: .closeOnExec)
        _ = try directory.closeAfter { fsync(directory.rawValue) }
    }

    private func removeDraft() throws {
        for suffix in [""] + Self.companionSuffixes { try Self.remove(FilePath(draft.string + suffix)) }
    }

    private static func remove(_ path: FilePath) throws {
        guard unlink(path.string) == 0 || errno == ENOENT else { throw Errno(rawValue: errno) }
    }

    // MARK: - Looking at it

    /// Refuses what is not for this program, without changing it.
    private func inspect() throws {
        do {
            try Self.inspect(path, isReadOnly: true, busyWait)
        } catch let error as DatabaseError where access(journal.string, F_OK) == 0 {
            // A change was interrupted, and undoing it takes the right to write.
            try inspectCopy(after: error)
        } catch let error as DatabaseError where error.isForWantOfRoom {
            // Even reading makes files; `connect()` looks again.
        }
    }

    private static func inspect(_ path: FilePath, isReadOnly: Bool, _ busyWait: BusyWait) throws {
        var configuration = Configuration()
        configuration.readonly = isReadOnly
        configuration.busyMode = busyWait.mode
        let database = try DatabaseQueue(path: path.string, configuration: configuration)
        try database.read(check)
        try database.close()
    }

    private static func check(_ db: Database) throws {
        try Schema.check(db)
        try Schema.examine(db)
    }

    /// The largest file that is copied to be looked at: one that a first start leaves has some 50 kB.
    private static var copyLimit: Int { 16 << 20 }

    private func inspectCopy(after error: DatabaseError) throws {
        try removeDraft()
        for (source, target) in [(path, draft), (journal, FilePath(draft.string + "-journal"))] {
            try Self.copy(source, to: target, limit: Self.copyLimit, or: error)
        }
        try Self.inspect(draft, isReadOnly: false, busyWait)
        try removeDraft()
    }

    private static func copy(_ source: FilePath, to target: FilePath, limit: Int, or error: DatabaseError) throws {
        let input = try FileDescriptor.open(source, .readOnly, options: [.noFollow, .closeOnExec])
        let bytes: [UInt8] = try input.closeAfter {
            let size = try input.seek(offset: 0, from: .end)
            guard size <= limit else { throw error }
            let bytes = try [UInt8](unsafeUninitializedCapacity: Int(size)) { buffer, count in
                count = try input.read(fromAbsoluteOffset: 0, into: UnsafeMutableRawBufferPointer(buffer))
            }
            guard bytes.count == size else { throw error }
            return bytes
        }
        let output = try FileDescriptor.open(
            target, .writeOnly, options: [.create, .exclusiveCreate, .noFollow, .closeOnExec],
            permissions: [.ownerReadWrite])
        _ = try output.closeAfter { try output.writeAll(bytes) }
    }

    // MARK: - Using it

    private func connect() throws -> any DatabaseWriter {
        do {
            return try connectPool()
        } catch let error as DatabaseError where error.isForWantOfRoom {
            return try connectAlone()
        }
    }

    private func connectPool() throws -> any DatabaseWriter {
        var configuration = Configuration()
        configuration.maximumReaderCount = 4
        configuration.busyMode = busyWait.mode
        let pool = try DatabasePool(path: path.string, configuration: configuration)
        // GRDB's own choice would lose the last commits when the machine goes down.
        try pool.writeWithoutTransaction { try $0.execute(sql: "PRAGMA synchronous = FULL") }
        return pool
    }

    /// Opens the database where the disk has no room for what several connections share.
    ///
    /// One connection that has the file for itself needs no room until it writes, and writes once there is room.
    private func connectAlone() throws -> any DatabaseWriter {
        var configuration = Configuration()
        configuration.busyMode = busyWait.mode
        configuration.prepareDatabase { db in
            try db.execute(sql: "PRAGMA locking_mode = EXCLUSIVE; PRAGMA synchronous = FULL")
        }
        let database = try DatabaseQueue(path: path.string, configuration: configuration)
        try database.read(Self.check)
        return database
    }
}

extension DatabaseError {
    /// Whether it may be that the disk is full.
    fileprivate var isForWantOfRoom: Bool {
        [.SQLITE_FULL, .SQLITE_IOERR, .SQLITE_CANTOPEN].contains(resultCode)
    }
}
