import Glibc
package import SystemPackage

/// A directory that holds one service's state, and belongs to it as long as the value lives.
package final class StateDirectory: Sendable {
    /// Of the database in it.
    let database: FilePath
    private let lock: FileDescriptor

    /// Makes the directory if it is not there, readable by its owner alone, and locks it.
    ///
    /// - Throws: ``StateUnusable`` when it cannot be made or written to, or belongs to another service.
    package init(_ path: FilePath) throws(StateUnusable) {
        database = path.appending("tasks.sqlite")
        try Self.make(path)
        do {
            lock = try FileDescriptor.open(
                path.appending("lock"), .readWrite, options: [.create, .closeOnExec],
                permissions: [.ownerReadWrite])
        } catch {
            throw StateUnusable(description: "the state directory '\(path)' cannot be written to: \(error)")
        }
        // The lock goes with the process, however it ends.
        guard flock(lock.rawValue, LOCK_EX | LOCK_NB) == 0 else {
            // An initializer that throws this late has deinit close the file; twice would close somebody else's.
            let holder = Self.read(lock)
            throw StateUnusable(
                description: "the state directory '\(path)' is in use by "
                    + (holder.isEmpty ? "another process" : "process \(holder)")
                    + "; end that one, or choose another --state")
        }
        ftruncate(lock.rawValue, 0)
        // Who reads it finds out from the lock whether it still holds.
        _ = try? lock.writeAll(toAbsoluteOffset: 0, "\(getpid())\n".utf8)
    }

    deinit {
        try? lock.close()
    }

    private static func make(_ path: FilePath) throws(StateUnusable) {
        var made = FilePath(root: path.root)
        for component in path.components {
            made.append(component)
            if mkdir(made.string, 0o700) != 0, errno != EEXIST, errno != EROFS, errno != EACCES {
                throw StateUnusable(
                    description: "the state directory '\(path)' cannot be made: \(Errno(rawValue: errno))")
            }
        }
    }

    private static func read(_ file: FileDescriptor) -> String {
        var bytes = [UInt8](repeating: 0, count: 32)
        let count = (try? bytes.withUnsafeMutableBytes { try file.read(fromAbsoluteOffset: 0, into: $0) }) ?? 0
        return String(decoding: bytes[..<count].filter { (0x30...0x39).contains($0) }, as: UTF8.self)
    }
}
