import TaskModel
import WorkerProtocol

/// A request to pause or resume that waits for its turn or for the worker.
struct PendingControl: Sendable {
    enum Target: Sendable {
        case paused, running

        /// The command that brings it about.
        var command: WorkerCommand {
            switch self {
            case .paused: .pause
            case .running: .resume
            }
        }

        var opposite: Target {
            switch self {
            case .paused: .running
            case .running: .paused
            }
        }
    }

    let request: RequestID
    let target: Target
    /// When the request came.
    let since: Timestamp

    var action: TaskAction { target.command.action }
}
