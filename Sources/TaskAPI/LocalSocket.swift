import Glibc
package import SystemPackage

/// The service's Unix socket in a directory that no other service uses.
package struct LocalSocket: Sendable {
    private static let name = "api.sock"
    private static let temporaryName = "api.sock.new"

    private let directory: FilePath
    /// The path for clients.
    package var path: FilePath { directory.appending(Self.name) }

    /// - Parameter directory: locked, so that a socket in it is one of a service that has ended.
    package init(in directory: FilePath) {
        self.directory = directory
    }

    /// A socket with its name.
    struct Bound {
        /// Not listening yet; the caller's to close.
        let descriptor: CInt
        fileprivate let identity: Identity

        /// For one that no listener has been made of.
        func close() { Glibc.close(descriptor) }
    }

    fileprivate struct Identity: Equatable {
        let device: dev_t
        let inode: ino_t
    }

    /// Binds the socket, and replaces the one of an earlier service.
    ///
    /// Only the owner can connect, at any moment; no client finds a name without a socket.
    ///
    /// - Throws: ``LocalSocketUnusable``.
    func bind() throws(LocalSocketUnusable) -> Bound {
        let folder = open(directory.string, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard folder >= 0 else { throw unusable(errno) }
        defer { close(folder) }
        let socket = Glibc.socket(AF_UNIX, CInt(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard socket >= 0 else { throw unusable(errno) }
        unlinkat(folder, Self.temporaryName, 0)
        // Linux creates the file with the mode of the socket.
        guard fchmod(socket, 0o600) == 0, Self.bind(socket, directory, folder) else {
            let code = errno
            close(socket)
            throw unusable(code)
        }
        var status = stat()
        guard fchmodat(folder, Self.temporaryName, 0o600, 0) == 0,
            fstatat(folder, Self.temporaryName, &status, AT_SYMLINK_NOFOLLOW) == 0,
            renameat(folder, Self.temporaryName, folder, Self.name) == 0
        else {
            let code = errno
            unlinkat(folder, Self.temporaryName, 0)
            close(socket)
            throw unusable(code)
        }
        return Bound(descriptor: socket, identity: Identity(device: status.st_dev, inode: status.st_ino))
    }

    /// Removes the socket's name, unless it is another one's.
    func remove(_ bound: Bound) {
        var status = stat()
        guard lstat(path.string, &status) == 0,
            Identity(device: status.st_dev, inode: status.st_ino) == bound.identity
        else { return }
        unlink(path.string)
    }

    private func unusable(_ code: CInt) -> LocalSocketUnusable {
        LocalSocketUnusable(description: "cannot serve on the socket '\(path)': \(Errno(rawValue: code))")
    }

    /// - Returns: Whether the socket has its temporary name; otherwise `errno` is set.
    private static func bind(_ socket: CInt, _ directory: FilePath, _ folder: CInt) -> Bool {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        var path = Array(directory.appending(temporaryName).string.utf8)
        // One byte is for the zero at the end.
        let room = MemoryLayout.size(ofValue: address.sun_path) - 1
        if path.count > room { path = Array("/proc/self/fd/\(folder)/\(temporaryName)".utf8) }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path) }
        return withUnsafePointer(to: &address) { address in
            address.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                Glibc.bind(socket, address, socklen_t(MemoryLayout<sockaddr_un>.size)) == 0
            }
        }
    }
}

/// Why the socket cannot be used, in one line.
package struct LocalSocketUnusable: Error, CustomStringConvertible {
    package let description: String
}
