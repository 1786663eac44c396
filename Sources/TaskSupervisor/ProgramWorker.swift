import TaskBoard
import TaskControl

/// A worker with a program, which by force is killed only after it has had the time to kill that and to report its end:
/// how it ended, and what it had written.
final class ProgramWorker: WorkerHandle {
    /// The time that a worker has, which needs a few milliseconds.
    static let reportLimit = Duration.milliseconds(500)

    private let worker: any WorkerHandle
    /// An element when the worker is to be killed.
    private let kills = AsyncStream.makeStream(of: Void.self)

    init(_ worker: any WorkerHandle) {
        self.worker = worker
    }

    var pid: Int32 { worker.pid }

    func send(_ signal: GroupSignal) {
        switch signal {
        case .terminate: worker.send(.terminate)
        case .kill:
            worker.killProgram()
            kills.continuation.yield()
        }
    }

    func killProgram() { worker.killProgram() }
    func usage() -> WorkerUsage? { worker.usage() }
    func memory() -> Int? { worker.memory() }

    /// Kills the worker that has not ended in time, until it is canceled.
    func killLate() async {
        for await _ in kills.stream {
            guard (try? await Task.sleep(for: Self.reportLimit)) != nil else { return }
            worker.send(.kill)
        }
    }
}
