/// A query parameter of the API; each route allows some.
enum QueryParameter: String, Sendable {
    case status
    case taskType = "task_type"
    case limit
    case after
    case fields
    case detail
    case useHTTP = "use_http"

    /// What the parameter does, in a few words.
    var summary: String {
        switch self {
        case .status: "Only tasks in these states, separated by commas"
        case .taskType: "Only tasks of this type"
        case .limit: "The most tasks to list"
        case .after: "Only tasks that were created after the one with this id"
        case .fields: "'summary' leaves out task_data, result and attempts"
        case .detail: "Whether to add the worker's own status and its log"
        case .useHTTP: "Whether to end the task gracefully, through its worker"
        }
    }
}
