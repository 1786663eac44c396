import Glibc
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

    /// The files as they are now; those that are not there are left out.
    ///
    /// They have to stay open: an inode is given to another file once nothing refers to it.
    init(_ paths: [FilePath]) {
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
                return "'\(path)' was removed, renamed or replaced while the service was running; "
                    + "what it has in memory is lost when it ends: start it anew"
            }
            // Under another name another service may write to it, with a log of its own.
            if status.st_mode & S_IFMT == S_IFREG, status.st_nlink != 1 {
                return "'\(path)' has another name (hard link); remove that one"
            }
        }
        return nil
    }
}
