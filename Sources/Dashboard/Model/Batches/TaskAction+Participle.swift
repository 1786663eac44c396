import TaskModel

extension TaskAction {
    /// The past participle of the action: `paused`.
    var participle: String {
        switch self {
        case .pause: "paused"
        case .resume: "resumed"
        case .terminate: "terminated"
        case .kill: "killed"
        }
    }
}
