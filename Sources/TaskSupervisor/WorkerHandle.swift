import TaskBoard
import TaskControl

/// A worker that runs, wherever that is: what the service can do to it until it has ended.
///
/// The end itself is what ``WorkerLauncher/run(_:report:)`` returns.
protocol WorkerHandle: AnyObject, Sendable {
    /// The pid of its process, as its own host counts it; for people only.
    var pid: Int32 { get }

    /// Sends a signal to all of its processes; does nothing when it has ended.
    func send(_ signal: GroupSignal)

    /// Requests that it kills its program and reports how that ended; it continues for that if it is stopped. Does nothing
    /// when it has ended.
    func killProgram()

    /// Reads what it uses, with the pages that are resident as its memory; `nil` when it has ended. Blocks for a moment.
    func usage() -> WorkerUsage?

    /// Reads its memory in bytes, of shared pages its part; `nil` where that cannot be read. Blocks, some 100 µs.
    func memory() -> Int?
}
