package import WorkerProtocol

/// Something that happened to one task, its worker or the launch of one.
package enum EntryEvent: Sendable {
    /// The worker's process exists.
    case started(pid: Int32)
    /// The launch has yielded no process that could have done anything.
    case launchFailed(reason: String)
    /// No process can ever be launched for this task, for a reason that concerns no other.
    case unlaunchable(reason: String)
    /// The worker sent an update.
    case updated(WorkerUpdate)
    /// A signal has stopped the worker's process.
    case stopped
    /// The worker's process, which was stopped, continues.
    case continued
    /// The worker wrote a line to standard error.
    case logged
    /// The worker answered a request for its status, or did not within the time for it.
    case probed(WorkerAddress, isAnswering: Bool)
    /// The worker wrote something that is no update.
    case violated(reason: String)
    /// The process group is empty and its pipes have been read to the end.
    ///
    /// The last line on standard error often names the cause; the size is that of all its lines in memory, in bytes.
    case ended(WorkerEnd, lastLogLine: String?, logSize: Int = 0)
    /// The result of a call to the worker's HTTP server.
    case called(CallID, CallResult)
    /// The record in ``BoardAction/store(_:)`` is on disk, or cannot be stored for now.
    case stored
    /// The task, if it is queued, has another priority or order; `nil` for what stays.
    case reordered(priority: Int?, order: Int?)
}
