import JSON
package import TaskModel

/// A command that a worker's HTTP server accepts.
///
/// To kill a worker, a signal is sent to its process group.
package enum WorkerCommand: String, Sendable, CaseIterable, JSONWritable {
    case pause
    case resume
    case terminate

    /// The corresponding action on a task.
    package var action: TaskAction {
        switch self {
        case .pause: .pause
        case .resume: .resume
        case .terminate: .terminate
        }
    }
}
