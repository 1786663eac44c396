import TaskModel
import WorkerProtocol

/// From the end of a worker by a signal from outside until it is clear whether the service is ending, too.
struct Undecided: Sendable {
    let signal: StopSignal
    /// When the end counts as the worker's alone, in uptime.
    let decideAt: Duration
    let exitCode: Int32?
    /// The record's member if the end is part of the service's.
    let termination: Termination
    /// The requests that the end answers.
    var requests: [RequestID] = []
}
