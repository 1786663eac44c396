import CLinux
import Glibc
import Logging
import SystemPackage
import TaskSupervisor

import protocol NIOCore.EventLoopGroup

extension ServerOptions {
    /// The number of tasks that may have a worker at the same time; `nil` means any number.
    var runningLimit: Int? {
        let limit = maxRunning ?? 4 * Self.processorCount
        return limit == 0 ? nil : limit
    }

    private static var processorCount: Int { max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))) }

    /// - Throws: ``StartError`` when there is no worker program.
    func workerSource(on eventLoops: any EventLoopGroup, logger: Logger) throws(StartError) -> WorkerSource {
        let path = try workerExecutable()
        // Another program need not be able to fork workers.
        guard worker == nil else { return .program(path) }
        return .forks(
            of: path, idlePoolSize: warmWorkers ?? Self.processorCount, eventLoops: eventLoops, logger: logger)
    }

    private func workerExecutable() throws(StartError) -> FilePath {
        let path: FilePath
        if let worker {
            path = FilePath(worker)
        } else {
            path = try Self.directoryOfThisProgram().appending("taskdeck-worker")
        }
        let isFile = linux_is_regular_file(path.string)
        guard isFile >= 0 else {
            throw .environment(
                "there is no worker program at '\(path)'; build it with 'swift build', or name it with --worker")
        }
        guard isFile == 1, access(path.string, X_OK) == 0 else {
            throw .environment("the worker program '\(path)' is not an executable file")
        }
        return path
    }

    private static func directoryOfThisProgram() throws(StartError) -> FilePath {
        guard let target = realpath("/proc/self/exe", nil) else {
            throw .environment("/proc/self/exe cannot be read; name the worker program with --worker")
        }
        defer { free(target) }
        return FilePath(String(cString: target)).removingLastComponent()
    }
}
