import TaskModel

extension TaskError {
    /// The error as an answer over HTTP, with its status.
    package var problem: ProblemDetails {
        var problem = ProblemDetails(status: status, code: code, title: title, detail: detail)
        switch self {
        case .invalidFields(let problems):
            problem.errors = problems
        case .invalidState(_, _, let current), .notQueued(_, let current), .notFinished(_, let current):
            problem.currentStatus = current
            problem.allowedActions = current.allowedActions
        case .notFound, .workerUnresponsive, .shuttingDown, .resourcesExhausted, .queueFull, .keyReused, .storageFull,
            .storageUnavailable, .remote:
            break
        }
        return problem
    }

    private var status: Int {
        switch self {
        case .invalidFields: 422
        case .notFound: 404
        case .invalidState, .notQueued, .notFinished, .keyReused: 409
        case .workerUnresponsive: 504
        case .shuttingDown, .resourcesExhausted, .queueFull, .storageUnavailable: 503
        case .storageFull: 507
        case .remote(let failure): failure.problem?.status ?? 502
        }
    }
}
