import GRDB
import Glibc
import SystemPackage

/// The database file, which is created if it does not exist.
///
/// The process may be killed at any instant; what it leaves can be opened by the next one.
struct DatabaseFile {
    let directory: StateDirectory
    let busyWait: BusyWait

    private var path: FilePath { directory.database }
    /// A file beside the database whose name begins with that of the database.
    private func companion(_ suffix: String) -> FilePath { FilePath(path.string + suffix) }
    private var journal: FilePath { companion("-journal") }
    /// An incomplete database, or a copy of one; the next start ignores it.
    private var draft: FilePath { companion(".new") }
    private static let companionSuffixes = ["-journal", "-wal", "-shm"]
    /// The files that a connection to the database uses.
    var files: [FilePath] { [path, companion("-wal"), companion("-shm")] }

    /// Opens the database and migrates it to this version.
    ///
    /// - Throws: ``StateUnusable`` for a database of another program; errors of SQLite and of the system.
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
        // A full disk must not prevent a start, so nothing is written unless a migration is due.
        if try !database.read(Schema.migrator.hasCompletedMigrations) { try Schema.migrator.migrate(database) }
        return database
    }

    // MARK: - Creation

    /// Creates an empty database under another name and renames it, so that it is complete or absent.
    private func create() throws {
        try removeDraft()
        // Files of a removed database, or of an interrupted start: SQLite would apply them to the new one.
        for suffix in Self.companionSuffixes { try Self.remove(companion(suffix)) }
        let file = try FileDescriptor.open(
            draft, .readWrite, options: [.create, .exclusiveCreate, .noFollow, .closeOnExec],
            permissions: [.ownerReadWrite])
        try file.closeAfter {
            // The umask may have removed permissions.
            guard fchmod(file.rawValue, 0o600) == 0 else { throw Errno(rawValue: errno) }
            var configuration = Configuration()
            // An incomplete database is never used, so it needs no journal.
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

    // MARK: - Inspection

    /// Refuses a database that is not for this program, without changing it.
    private func inspect() throws {
        do {
            try Self.inspect(path, isReadOnly: true, busyWait)
        } catch let error as DatabaseError where access(journal.string, F_OK) == 0 {
            // A transaction was interrupted, and a read-only connection cannot roll it back.
            try inspectCopy(after: error)
        } catch let error as DatabaseError where error.mayBeFullDisk {
            // Even reading creates files; `connect()` inspects it again.
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

    /// The size of the largest file that is inspected as a copy, in bytes; a first start leaves some 50 kB.
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

    // MARK: - Connections

    private func connect() throws -> any DatabaseWriter {
        do {
            return try connectPool()
        } catch let error as DatabaseError where error.mayBeFullDisk {
            return try connectExclusively()
        }
    }

    private func connectPool() throws -> any DatabaseWriter {
        var configuration = Configuration()
        configuration.maximumReaderCount = 4
        configuration.busyMode = busyWait.mode
        let pool = try DatabasePool(path: path.string, configuration: configuration)
        // GRDB's default would lose the last commits when power is lost.
        try pool.writeWithoutTransaction { try $0.execute(sql: "PRAGMA synchronous = FULL") }
        return pool
    }

    /// Opens one exclusive connection, for a disk without room for the memory that several connections share.
    ///
    /// It needs no room until it writes, and writes once there is room.
    private func connectExclusively() throws -> any DatabaseWriter {
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
    /// Whether a full disk can be the reason.
    fileprivate var mayBeFullDisk: Bool {
        [.SQLITE_FULL, .SQLITE_IOERR, .SQLITE_CANTOPEN].contains(resultCode)
    }
}
