import TaskModel

extension TaskAction {
    /// `paused`.
    var participle: String {
        switch self {
        case .pause: "paused"
        case .resume: "resumed"
        case .terminate: "terminated"
        case .kill: "killed"
        }
    }
}
