import Glibc
import NIOConcurrencyHelpers
import SystemPackage
import TaskStore

/// The directory with the service's socket and token, and with what its tasks write.
final class ServiceDirectory: Sendable {
    let path: FilePath
    /// Locked as long as the value lives; `nil` for a temporary directory.
    let state: StateDirectory?
    /// The directory with the output of programs.
    var logs: FilePath { path.appending("logs") }
    private let isRemoved = NIOLockedValueBox(false)

    /// Opens the state directory, or makes a temporary one.
    ///
    /// - Throws: ``StartError`` when it cannot be used, or another service uses it.
    init(_ options: ServerOptions) throws(StartError) {
        guard !options.ephemeral else {
            path = try Self.makeTemporary()
            state = nil
            return
        }
        path = try options.statePath()
        do throws(StateUnusable) {
            state = try StateDirectory(path)
        } catch {
            throw .environment("\(error)")
        }
    }

    /// Removes a temporary directory; without effect for another.
    func removeIfTemporary() {
        let isFirst = isRemoved.withLockedValue { isRemoved in
            defer { isRemoved = true }
            return !isRemoved
        }
        if state == nil, isFirst { Self.remove(path) }
    }

    // MARK: - Temporary directories

    /// Made where the system keeps the files of a session, or else in `/tmp`.
    private static func makeTemporary() throws(StartError) -> FilePath {
        let runtime = getenv("XDG_RUNTIME_DIR").map { String(cString: $0) } ?? ""
        var code: CInt = 0
        // The specification has relative paths ignored.
        for parent in [runtime, "/tmp"] where parent.hasPrefix("/") {
            var template = Array((parent + "/taskdeck-XXXXXX").utf8CString)
            // mkdtemp(3) makes it with mode 0700.
            if let made = template.withUnsafeMutableBufferPointer({ $0.baseAddress.flatMap { mkdtemp($0) } }) {
                return FilePath(String(cString: made))
            }
            code = errno
        }
        throw .environment("no directory for the socket can be made in /tmp: \(Errno(rawValue: code))")
    }

    /// Removes a directory with everything in it; symbolic links are not followed.
    private static func remove(_ path: FilePath) {
        // What is left of a directory that cannot be read makes rmdir(2) fail.
        if let directory = opendir(path.string) {
            var names: [String] = []
            while let entry = readdir(directory) {
                names.append(
                    withUnsafeBytes(of: entry.pointee.d_name) { bytes in
                        String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
                    })
            }
            closedir(directory)
            for name in names where name != "." && name != ".." {
                let child = path.appending(name)
                if unlink(child.string) != 0, errno == EISDIR { remove(child) }
            }
        }
        rmdir(path.string)
    }
}
