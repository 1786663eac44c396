import CLinux
import Dashboard
import Glibc
import SystemPackage
import Terminal

/// Writes new files for an operator: whole or not at all, and never over another one.
enum SavedFile {
    /// Relative paths begin at the working directory, and those that begin with `~/` at the home directory.
    static let writer = FileWriter { (path, bytes) throws(SaveError) in
        let result = await withCheckedContinuation { continuation in
            do throws(TerminalUnavailable) {
                // A disk may take any time, which must delay neither the event loop nor its pool.
                _ = try TerminalThread {
                    continuation.resume(
                        returning: Result { () throws(SaveError) in try write(path: path, bytes: bytes) })
                }
            } catch {
                continuation.resume(returning: .failure(SaveError(reason: "\(error)")))
            }
        }
        return try result.get()
    }

    static func write(
        path: String, home: String? = homeDirectory(), bytes: () -> [UInt8]
    ) throws(SaveError) -> FileWriter.File {
        let nameless = SaveError(reason: "the name of a file is missing")
        guard !path.isEmpty, !path.hasSuffix("/"), !path.utf8.contains(0) else { throw nameless }
        let path = try absolute(path, home: home)
        guard path.lastComponent?.kind == .regular else { throw nameless }
        // Checked before the bytes are made; the rename decides.
        guard access(path.string + "/.", F_OK) != 0 else {
            throw SaveError(reason: "this is a directory; add the name of a file")
        }
        guard access(path.string, F_OK) != 0 else { throw exists }
        let partial = path.removingLastComponent().appending(
            ".taskdeck-\(getpid())-\(UInt32.random(in: 0 ... .max))")
        let bytes = bytes()
        do {
            let file = try FileDescriptor.open(
                partial, .writeOnly, options: [.create, .exclusiveCreate, .closeOnExec],
                permissions: [.ownerReadWrite])
            do {
                try file.closeAfter {
                    try file.writeAll(bytes)
                    // Some file systems report only here that they have no room.
                    guard fsync(file.rawValue) == 0 else { throw Errno(rawValue: errno) }
                }
                guard linux_rename_new(partial.string, path.string) == 0 else { throw Errno(rawValue: errno) }
            } catch {
                unlink(partial.string)
                throw error
            }
        } catch {
            throw Self.error(error as? Errno ?? .ioError, path)
        }
        return FileWriter.File(path: path.string, size: bytes.count)
    }

    // MARK: - Paths

    private static func absolute(_ text: String, home: String?) throws(SaveError) -> FilePath {
        if text == "~" || text.hasPrefix("~/") {
            guard let home, home.hasPrefix("/") else { throw SaveError(reason: "there is no home directory for '~'") }
            return FilePath(home).pushing(FilePath(String(text.dropFirst(2))))
        }
        let path = FilePath(text)
        guard !path.isAbsolute else { return path }
        guard let current = getcwd(nil, 0) else {
            throw SaveError(reason: "the working directory is gone; a path from / on is needed")
        }
        defer { free(current) }
        return FilePath(platformString: current).pushing(path)
    }

    private static func homeDirectory() -> String? {
        getenv("HOME").map { String(cString: $0) }.flatMap { $0.isEmpty ? nil : $0 }
            ?? getpwuid(getuid()).flatMap { $0.pointee.pw_dir }.map { String(cString: $0) }
    }

    // MARK: - Failures

    /// Without the path, which the operator has just typed, and which may be too long for the line.
    private static let exists = SaveError(reason: "a file of this name exists already; choose another")

    private static func error(_ error: Errno, _ path: FilePath) -> SaveError {
        let directory = path.removingLastComponent()
        let reason =
            switch error {
            case .fileExists: exists.reason
            case .noSuchFileOrDirectory: "there is no directory '\(directory)'"
            case .notDirectory: "'\(directory)' is no directory"
            case .permissionDenied, .notPermitted: "nothing may be written in '\(directory)'"
            case .readOnlyFileSystem: "'\(directory)' can only be read"
            case .noSpace: "the disk is full"
            case .diskQuotaExceeded: "the quota on the disk is used up"
            case .fileNameTooLong: "the name is too long"
            default: "'\(path)' cannot be written: \(error)"
            }
        return SaveError(reason: reason)
    }
}
