import JSON
package import TaskModel

/// What a worker can be asked to do by its HTTP server.
///
/// Not to kill itself: that is a signal to its process group.
package enum WorkerCommand: String, Sendable, CaseIterable, JSONWritable {
    case pause
    case resume
    case terminate

    /// The same for a task.
    package var action: TaskAction {
        switch self {
        case .pause: .pause
        case .resume: .resume
        case .terminate: .terminate
        }
    }
}
