import Glibc
package import SystemPackage

/// The programs that were built beside the tests.
package enum BuiltProducts {
    package static var taskdeck: FilePath { directory.appending("taskdeck") }
    package static var bench: FilePath { directory.appending("taskdeck-bench") }
    package static var worker: FilePath { directory.appending("taskdeck-worker") }
    /// A worker that runs one program, and a supervisor of it.
    package static var programFixture: FilePath { directory.appending("program-fixture") }
    /// Programs that are hard to end.
    package static var hardProgram: FilePath { directory.appending("hard-program") }
    /// A fork server of tests' own.
    package static var forkFixture: FilePath { directory.appending("fork-fixture") }

    private static var directory: FilePath {
        guard let target = realpath("/proc/self/exe", nil) else { fatalError("/proc is not mounted") }
        defer { free(target) }
        return FilePath(String(cString: target)).removingLastComponent()
    }
}
