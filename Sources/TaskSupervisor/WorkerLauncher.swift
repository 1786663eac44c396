package import Logging
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
    ///   - start: says when the work may begin; whatever can be done before is done meanwhile.
    ///   - report: told everything that happens from then on and before the end, in order. Reading waits for it,
    ///     so a worker that writes faster than it is heard is slowed down.
    /// - Returns: `nil` when the start was called off.
    /// - Throws: ``LaunchError`` when no process came to be.
    func run(
        _ assignment: Assignment, on start: StartSignal, report: @escaping @Sendable (WorkerEvent) async -> Void
    ) async throws(LaunchError) -> WorkerEnd?
}

/// Has a worker begin, or not begin, with what it has been given to do.
struct StartSignal: Sendable {
    private let stream: AsyncStream<Void>
    private let continuation: AsyncStream<Void>.Continuation

    init() {
        (stream, continuation) = AsyncStream.makeStream()
    }

    func begin() {
        continuation.yield()
        continuation.finish()
    }

    /// Does nothing once it has begun.
    func callOff() { continuation.finish() }

    /// Returns whether it is to begin, once that is known; not when the task is cancelled.
    ///
    /// For one to wait.
    func wait() async -> Bool {
        for await _ in stream { return true }
        return false
    }
}

/// What a launcher tells of a worker.
enum WorkerEvent: Sendable {
    case started(ProcessGroup)
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
    ///   - logger: told when workers cannot be started, or only again.
    package static func forks(of executable: FilePath, reserve: Int, logger: Logger) -> WorkerSource {
        WorkerSource(launcher: ForkingLauncher(executable: executable, reserve: reserve, logger: logger))
    }

    /// Any program that behaves as a worker.
    package static func program(_ executable: FilePath) -> WorkerSource {
        WorkerSource(launcher: SubprocessLauncher(executable: executable))
    }
}
