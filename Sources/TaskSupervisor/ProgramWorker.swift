import NIOCore
import TaskBoard
import TaskControl

/// A worker with a program, which by force is killed only after it has had the time to kill that and to report its end:
/// how it ended, and what it had written.
final class ProgramWorker: WorkerHandle {
    /// The time that a worker has, which needs a few milliseconds.
    static let reportLimit = TimeAmount.milliseconds(500)

    private let worker: any WorkerHandle
    private let eventLoop: any EventLoop

    /// - Parameter eventLoop: its timers are used.
    init(_ worker: any WorkerHandle, eventLoop: any EventLoop) {
        self.worker = worker
        self.eventLoop = eventLoop
    }

    var pid: Int32 { worker.pid }

    func send(_ signal: GroupSignal) {
        switch signal {
        case .terminate: worker.send(.terminate)
        case .kill:
            worker.killProgram()
            // Does nothing once the worker has ended.
            eventLoop.scheduleTask(in: Self.reportLimit) { [worker] () -> Void in worker.send(.kill) }
        }
    }

    func killProgram() { worker.killProgram() }
    func usage() -> WorkerUsage? { worker.usage() }
    func memory() -> Int? { worker.memory() }
}
