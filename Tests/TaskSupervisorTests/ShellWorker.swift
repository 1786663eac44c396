import FoundationEssentials
import SystemPackage
import TestSupport

@testable import TaskSupervisor

/// Shell scripts as workers.
enum ShellWorker {
    /// Runs `body` with a launcher that runs a script for every task.
    static func withLauncher<Result: Sendable>(
        _ script: String, _ body: (SubprocessLauncher) async throws -> Result
    ) async throws -> Result {
        let path = FilePath(FileManager.default.temporaryDirectory.path()).appending("worker-\(UUID().uuidString)")
        try "#!/bin/bash\n\(script)\n".write(toFile: path.string, atomically: false, encoding: .utf8)
        defer { try? FileManager.default.removeItem(atPath: path.string) }
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path.string)
        return try await ProgramSlots.withSlot { try await body(SubprocessLauncher(executable: path)) }
    }
}
