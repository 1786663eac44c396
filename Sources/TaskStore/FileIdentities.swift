import Glibc
import NIOConcurrencyHelpers
import SystemPackage

/// The files that a service uses, by device and inode.
///
/// A file that has been removed can still be written to, but its content is lost with the process.
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
    /// The size of the database at the last check, in bytes.
    private let databaseSize: NIOLockedValueBox<off_t>

    /// Records the identities of the files that exist.
    ///
    /// They must stay open: the inode of a removed file is reused once no descriptor refers to it.
    ///
    /// - Parameter database: the one that is a database; it is read, and not closed.
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

    /// The reason why a file can no longer be trusted to outlive the process; `nil` if all can.
    var displacement: String? {
        for (path, identity) in files {
            guard let status = Self.status(path), Identity(status) == identity else {
                return "'\(path)' was removed, renamed or replaced \(Self.consequence)"
            }
            // Another service may write to it under the other name, with a log of its own.
            if status.st_mode & S_IFMT == S_IFREG, status.st_nlink != 1 {
                return "'\(path)' has another name (hard link); remove that one"
            }
        }
        return isCutOff ? "the end of the database was cut off \(Self.consequence)" : nil
    }

    private static let consequence =
        "while the service was running; what it has in memory is lost when it ends: restart it"

    /// Whether the database has become shorter than its header says.
    ///
    /// A vacuum by another program makes it shorter, and updates the header. While it grows, the header is ahead of the
    /// size for a moment.
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
