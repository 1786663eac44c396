package import JSON

/// Why a client's request was refused.
package enum TaskError: Error, Hashable {
    /// Fields are missing, of the wrong type, out of range or unknown; all of them at once.
    case invalidFields([FieldProblem])
    /// No task has this id; also for text that is not an id.
    case notFound(String)
    /// The task's state does not allow the action.
    case invalidState(TaskID, action: TaskAction, current: TaskState)
    /// The worker did not acknowledge the action in time, or could not be reached.
    case workerUnresponsive(TaskID, action: TaskAction, reason: String)
    /// The service is shutting down and accepts no tasks.
    case shuttingDown
    /// The system has no descriptor left; there may be one later.
    case resourcesExhausted(reason: String)
    /// The queue is full; there may be room later.
    case queueFull(limit: Int)
    /// Only queued tasks have a place in the queue.
    case notQueued(TaskID, current: TaskState)
    /// Only a task that has ended can be run again.
    case notFinished(TaskID, current: TaskState)
    /// An earlier submission with the key had another body.
    case keyReused(IdempotencyKey)
    /// The disk is full.
    case storageFull(reason: String)
    /// The disk cannot be read or written now.
    case storageUnavailable(reason: String)
    /// A service that is reached over a connection has not answered, or has refused for another reason.
    case remote(RemoteFailure)
}

extension TaskError {
    /// The error's stable name, part of the contract.
    package var code: String {
        switch self {
        case .invalidFields: "validation_failed"
        case .notFound: "task_not_found"
        case .invalidState(_, _, let current): current.isFinal ? "already_finished" : "invalid_state"
        case .workerUnresponsive: "worker_timeout"
        case .shuttingDown: "shutting_down"
        case .resourcesExhausted: "resources_exhausted"
        case .queueFull: "queue_full"
        case .notQueued(_, let current): current.isFinal ? "already_finished" : "invalid_state"
        case .notFinished: "invalid_state"
        case .keyReused: "idempotency_key_reused"
        case .storageFull: "storage_full"
        case .storageUnavailable: "storage_unavailable"
        case .remote(let failure): failure.code
        }
    }

    /// The kind of error; the same for all errors with one code.
    package var title: String {
        switch self {
        case .invalidFields: "The request has invalid fields"
        case .notFound: "There is no such task"
        case .invalidState(_, _, let current), .notQueued(_, let current):
            current.isFinal ? "The task is already finished" : "The task is not in a state that allows this"
        case .workerUnresponsive: "The worker does not answer"
        case .shuttingDown: "The service is shutting down"
        case .resourcesExhausted: "The service has no room for this now"
        case .queueFull: "The queue is full"
        case .notFinished: "The task is not in a state that allows this"
        case .keyReused: "The idempotency key belongs to another request"
        case .storageFull: "There is no room on the disk"
        case .storageUnavailable: "The task storage does not work now"
        case .remote(let failure): failure.title
        }
    }

    /// The cause and what to do, in one sentence.
    package var detail: String {
        switch self {
        case .invalidFields(let problems):
            return problems.map { "\($0.field) \($0.message)" }.joined(separator: "; ")
        case .notFound(let id):
            return "no task has the id '\(id.prefix(64))'"
        case .invalidState(let id, let action, let current):
            let allowed = current.allowedActions.map(\.rawValue).joined(separator: ", ")
            return "cannot \(action.rawValue) task \(id): it is \(current.rawValue)"
                + (allowed.isEmpty ? "" : " (possible: \(allowed))")
        case .workerUnresponsive(let id, let action, let reason):
            return "could not \(action.rawValue) task \(id): \(reason)"
        case .shuttingDown:
            return "the service is shutting down and starts no more tasks"
        case .resourcesExhausted(let reason):
            return "there is no room for this now: \(reason)"
        case .queueFull(let limit):
            return "the task was not accepted: \(limit) tasks wait, and no more may; try again later"
        case .notQueued(let id, let current):
            return "cannot change the place of task \(id) in the queue: it is \(current.rawValue), not queued"
        case .notFinished(let id, let current):
            return "cannot run task \(id) again: it is \(current.rawValue) and has not ended"
        case .keyReused(let key):
            return "the Idempotency-Key '\(key.text)' was sent before, with another body; use a new one"
        case .storageFull(let reason):
            return "nothing was accepted or changed, since there is no room to store it: \(reason)"
        case .storageUnavailable(let reason):
            return "the stored tasks cannot be read or written now: \(reason)"
        case .remote(let failure):
            return failure.detail
        }
    }
}
