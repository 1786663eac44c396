/// How the service's end took a task's worker.
enum Interruption: Sendable {
    /// The service was shut down.
    case shutdown
    /// The service before this one ended without ending its tasks, by a crash or SIGKILL.
    case crash

    var error: String {
        switch self {
        case .shutdown: "interrupted: the service was shut down"
        case .crash: "interrupted: the service ended while the task had a worker"
        }
    }
}
