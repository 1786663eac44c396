import Glibc
package import TaskModel

/// The log of one attempt of a task: a file, and, once that has reached half of the limit, the one before it.
package struct OutputLog: Sendable, Hashable {
    /// The path of the newer file; the older one has `.1` added.
    package let path: String

    package init(path: String) {
        self.path = path
    }

    /// - Parameters:
    ///   - directory: the one with the logs of all tasks.
    ///   - attempt: 1 for the first.
    package init(directory: String, task: TaskID, attempt: Int) {
        self.init(path: "\(directory)/\(task).\(attempt).log")
    }

    var olderPath: String { path + ".1" }

    /// The name of the newer file in its directory.
    var name: String { path.lastIndex(of: "/").map { String(path[path.index(after: $0)...]) } ?? path }

    /// Whether anything has been written.
    package var exists: Bool { OpenFile.identity(of: path) != nil || OpenFile.identity(of: olderPath) != nil }

    /// Whether a reader needs one of the files, and so perhaps the one after it, which it opens later.
    package var isHeld: Bool { ReaderHold.isHeld(olderPath) || ReaderHold.isHeld(path) }

    /// The size of the files, in bytes.
    package var storedBytes: Int {
        [olderPath, path].reduce(0) { sum, path in
            var status = stat()
            return lstat(path, &status) == 0 ? sum + Int(status.st_size) : sum
        }
    }

    /// Removes the files; those that cannot be removed stay.
    package func remove() {
        unlink(olderPath)
        unlink(path)
    }

    /// A text that differs when the files do, for an entity tag; `nil` without files.
    package var fingerprint: String? {
        let parts = [olderPath, path].compactMap { path -> String? in
            var status = stat()
            guard lstat(path, &status) == 0 else { return nil }
            let numbers = [Int(status.st_ino), status.st_size, status.st_mtim.tv_sec, status.st_mtim.tv_nsec]
            return numbers.map { String($0, radix: 36) }.joined(separator: "-")
        }
        return parts.isEmpty ? nil : parts.joined(separator: ".")
    }

    /// Opens the files, the older one first: what the second has continues the first.
    ///
    /// - Parameter holds: whether the writer is to wait before it drops one of them; the first one is created if need be.
    /// - Throws: ``OutputError``.
    func open(holds: Bool = false) throws(OutputError) -> [OpenFile] {
        // So that the hold begins before the program does.
        if holds, !exists { close(openForAppending()) }
        while true {
            let current = try OpenFile(path, holds: holds)
            let older = try OpenFile(olderPath, holds: holds)
            // If the writer has begun another file in between, the two need not be neighbors.
            if OpenFile.identity(of: path) == current?.identity { return [older, current].compactMap(\.self) }
        }
    }

    /// Opens the newer file for the writer; it and its directory are created if need be.
    ///
    /// - Returns: A descriptor, or -1 with errno.
    func openForAppending() -> CInt {
        let flags = O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW
        let file = Glibc.open(path, flags, 0o600)
        guard file < 0, errno == ENOENT, let slash = path.lastIndex(of: "/") else { return file }
        mkdir(String(path[..<slash]), 0o700)
        return Glibc.open(path, flags, 0o600)
    }

    /// Opens the files that come after one, which has been renamed.
    ///
    /// - Parameter holds: see ``open(holds:)``.
    /// - Returns: `isGap` if files in between are gone.
    /// - Throws: ``OutputError``.
    func open(after file: OpenFile, holds: Bool) throws(OutputError) -> (files: [OpenFile], isGap: Bool) {
        let files = try open(holds: holds)
        if let position = files.firstIndex(where: { $0.identity == file.identity }) {
            return (Array(files[(position + 1)...]), false)
        }
        return (files, true)
    }
}
