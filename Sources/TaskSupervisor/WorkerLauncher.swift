package import Logging
package import NIOCore
package import SystemPackage
import TaskBoard
import WorkerProtocol

/// Starts workers and stays with each until nothing of it is left.
///
/// Where and how a worker runs is the launcher's business alone.
protocol WorkerLauncher: Sendable {
    /// Keeps ready what starting workers needs, until it is cancelled.
    func serve() async

    /// Starts a worker and returns when its process group is empty and its pipes are read to the end.
    ///
    /// - Parameters:
    ///   - assignment: what the worker does, as soon as it has read it.
    ///   - report: called with every event before the end, in order. Reading waits for it, which slows down a worker
    ///     that writes faster than its updates are handled.
    /// - Throws: ``LaunchError`` when no process came to be.
    func run(
        _ assignment: Assignment, report: @escaping @Sendable (WorkerEvent) async -> Void
    ) async throws(LaunchError) -> WorkerEnd
}

/// What a launcher tells of a worker.
enum WorkerEvent: Sendable {
    /// Its process exists.
    case started(any WorkerHandle)
    case update(WorkerUpdate)
    /// A signal has stopped its process.
    case stopped
    /// Its process, which was stopped, goes on.
    case continued
    /// It wrote something that is no update; nothing more is read from it.
    case violation(String)
    /// It wrote a line to standard error, made safe to show.
    case log(String)
}

/// Why no process came to be.
struct LaunchError: Error, Hashable {
    let reason: String
    /// Whether it is the task's own fault, and lasts.
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
    ///   - reserve: how many workers are started before there is a task for them.
    ///   - eventLoops: where their pipes are served.
    ///   - logger: for the log lines that workers cannot be started, or only again.
    package static func forks(
        of executable: FilePath, reserve: Int, eventLoops: any EventLoopGroup, logger: Logger
    ) -> WorkerSource {
        WorkerSource(
            launcher: ForkingLauncher(
                executable: executable, reserve: reserve, eventLoops: eventLoops, logger: logger))
    }

    /// Any program that behaves as a worker.
    package static func program(_ executable: FilePath) -> WorkerSource {
        WorkerSource(launcher: SubprocessLauncher(executable: executable))
    }
}
