import Glibc
import SystemPackage

// Protection against other users.
extension StateDirectory {
    /// Refuses a directory that all users can write to, and removes the permission of its group.
    ///
    /// - Returns: The changes, as for ``notices``.
    static func restrict(_ directory: FileDescriptor, _ path: FilePath) throws(StateUnusable) -> [String] {
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

    static func restrict(file: FileDescriptor, _ path: FilePath) throws(StateUnusable) {
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

    static func refusal(of path: FilePath, _ reason: String) -> String {
        "the file '\(path)' cannot be used: "
            + (reason == "\(Errno.tooManySymbolicLinkLevels)" ? "it is a symbolic link" : reason)
    }
}
