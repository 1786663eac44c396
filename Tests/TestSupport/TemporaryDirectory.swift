import FoundationEssentials
import Glibc
package import SystemPackage

/// A directory of one test.
package enum TemporaryDirectory {
    /// Runs `body` with the path of a directory that it may create, and that is removed afterwards.
    package static func run(_ body: (FilePath) async throws -> Void) async throws {
        let path = FilePath(FileManager.default.temporaryDirectory.path()).appending("taskdeck-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(atPath: path.string) }
        try await body(path)
    }

    /// The names of the files in a directory, sorted; none if there is no such directory.
    package static func names(in directory: FilePath) -> [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: directory.string)) ?? []).sorted()
    }

    /// Type and permissions of a file (stat(2)); `nil` if there is none.
    package static func mode(of path: FilePath) -> UInt32? {
        var status = stat()
        return lstat(path.string, &status) == 0 ? status.st_mode : nil
    }
}
