import Glibc
import SystemPackage

/// The files that a service uses, by what they are and not by their names.
///
/// What is written to a file that has no name any more is lost with the process.
struct FileIdentities: Sendable {
    private struct Identity: Sendable, Equatable {
        let device: dev_t
        let inode: ino_t

        /// `nil` when there is no such file.
        init?(_ path: String) {
            var status = stat()
            guard stat(path, &status) == 0 else { return nil }
            (device, inode) = (status.st_dev, status.st_ino)
        }
    }

    private let files: [(path: String, identity: Identity)]

    /// The files as they are now; those that are not there are left out.
    ///
    /// They have to stay open: an inode is given to another file once nothing refers to it.
    init(_ paths: [FilePath]) {
        files = paths.compactMap { path in Identity(path.string).map { (path.string, $0) } }
    }

    /// The first file that is not where it was, in words; `nil` if all are.
    var displacement: String? {
        guard let (path, _) = files.first(where: { Identity($0.path) != $0.identity }) else { return nil }
        return "'\(path)' was removed, renamed or replaced while the service was running; "
            + "what it has in memory is lost when it ends: start it anew"
    }
}
