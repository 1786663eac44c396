import Glibc
import NIOConcurrencyHelpers
import SystemPackage

/// The files that a service uses, by what they are and not by their names.
///
/// What is written to a file that has no name any more is lost with the process.
struct FileIdentities: Sendable {
    private struct Identity: Sendable, Equatable {
        let device: dev_t
        let inode: ino_t

        init(_ status: stat) {
            (device, inode) = (status.st_dev, status.st_ino)
        }
    }

    private let files: [(path: String, identity: Identity)]
    private let database: FileDescriptor?
    /// Bytes of the database when it was looked at last.
    private let databaseSize: NIOLockedValueBox<off_t>

    /// The files as they are now; those that are not there are left out.
    ///
    /// They have to stay open: an inode is given to another file once nothing refers to it.
    ///
    /// - Parameter database: that of them which is a database; it is read, and not closed.
    init(_ paths: [FilePath], database: FileDescriptor?) {
        self.database = database
        databaseSize = NIOLockedValueBox(off_t((try? database?.seek(offset: 0, from: .end)) ?? 0))
        files = paths.compactMap { path in Self.status(path.string).map { (path.string, Identity($0)) } }
    }

    /// `nil` when there is no such file.
    private static func status(_ path: String) -> stat? {
        var status = stat()
        return stat(path, &status) == 0 ? status : nil
    }

    /// What is wrong with the first file that is not where it was, or not there alone; `nil` if all are.
    var displacement: String? {
        for (path, identity) in files {
            guard let status = Self.status(path), Identity(status) == identity else {
                return "'\(path)' was removed, renamed or replaced \(Self.consequence)"
            }
            // Under another name another service may write to it, with a log of its own.
            if status.st_mode & S_IFMT == S_IFREG, status.st_nlink != 1 {
                return "'\(path)' has another name (hard link); remove that one"
            }
        }
        return isCutOff ? "the end of the database was cut off \(Self.consequence)" : nil
    }

    private static let consequence =
        "while the service was running; what it has in memory is lost when it ends: start it anew"

    /// Whether the database is shorter than it says itself.
    ///
    /// SQLite makes it shorter when another program has vacuumed it, but then says so in it. While it becomes longer, it
    /// is shorter than it says for a moment.
    private var isCutOff: Bool {
        var status = stat()
        guard let database, fstat(database.rawValue, &status) == 0 else { return false }
        return databaseSize.withLockedValue { size in
            if status.st_size < size, status.st_size < Self.sizeInHeader(of: database) { return true }
            size = status.st_size
            return false
        }
    }

    /// See https://sqlite.org/fileformat2.html#the_database_header.
    private static func sizeInHeader(of database: FileDescriptor) -> off_t {
        var header = [UInt8](repeating: 0, count: 100)
        let count = try? header.withUnsafeMutableBytes { try database.read(fromAbsoluteOffset: 0, into: $0) }
        guard count == header.count else { return .max }
        // 65536 is written as 1.
        let pageSize = off_t(header[16]) << 8 | off_t(header[17])
        return (pageSize == 1 ? 65_536 : pageSize) * header[28..<32].reduce(0) { $0 << 8 | off_t($1) }
    }
}
