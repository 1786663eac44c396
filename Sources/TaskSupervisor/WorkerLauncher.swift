package import Logging
package import NIOCore
package import SystemPackage
import TaskBoard
import WorkerProtocol

/// Launches workers, wherever they run, and waits for their ends.
protocol WorkerLauncher: Sendable {
    /// Maintains what launches need until it is cancelled.
    func serve() async

    /// Launches a worker, and returns when its process group is empty and its pipes are read to the end.
    ///
    /// - Parameters:
    ///   - assignment: what the worker does, as soon as it has read it.
    ///   - report: called with every event before the end, in order. Reading waits for it, which slows down a worker
    ///     that writes faster than its updates are handled.
    /// - Throws: ``LaunchError`` if no process could be started.
    func run(
        _ assignment: Assignment, report: @escaping @Sendable (WorkerEvent) async -> Void
    ) async throws(LaunchError) -> WorkerEnd
}

/// An event in a worker's life.
enum WorkerEvent: Sendable {
    /// Its process exists.
    case started(any WorkerHandle)
    case update(WorkerUpdate)
    /// A signal has stopped its process.
    case stopped
    /// Its process, which was stopped, goes on.
    case continued
    /// It has written something that is no update; its updates are read no further.
    case violation(String)
    /// It has written a line to standard error; without control characters.
    case log(String)
}

/// The reason why no process could be started.
struct LaunchError: Error, Hashable {
    let reason: String
    /// Whether the task is the reason: launches of other tasks can succeed, none of this task can.
    var concernsTaskAlone = false
}

extension WorkerLauncher {
    func serve() async {}
}

/// Where workers come from.
package struct WorkerSource: Sendable {
    let launcher: any WorkerLauncher

    /// The worker program of this service.
    ///
    /// - Parameters:
    ///   - executable: the path of `taskdeck-worker`.
    ///   - idlePoolSize: how many workers are forked ahead of need.
    ///   - eventLoops: where their pipes are served.
    ///   - logger: for the log lines that workers cannot be started, or only again.
    package static func forks(
        of executable: FilePath, idlePoolSize: Int, eventLoops: any EventLoopGroup, logger: Logger
    ) -> WorkerSource {
        WorkerSource(
            launcher: ForkingLauncher(
                executable: executable, idlePoolSize: idlePoolSize, eventLoops: eventLoops, logger: logger))
    }

    /// Any program that behaves as a worker.
    package static func program(_ executable: FilePath) -> WorkerSource {
        WorkerSource(launcher: SubprocessLauncher(executable: executable))
    }
}
