package import JSON
import TaskModel

extension RemoteProblem: JSONReadable {
    package init(json: JSONValue) throws(JSONShapeError) {
        let members = try JSONMembers(json)
        // Those of a configuration file have other members; the detail has them all.
        let fields: [FieldProblem]? = try? members.optional("errors")
        self.init(
            status: try members.value("status"), code: try members.value("code"), title: try members.value("title"),
            detail: try members.value("detail"), fields: fields ?? [],
            currentState: try members.optional("current_status"))
    }
}

extension RemoteProblem {
    /// The error that every route to a task has.
    func error(for id: TaskID) -> TaskError? {
        code.hasSameBytes(as: "task_not_found") ? .notFound(id.description) : storageError
    }

    /// The error of an action on a task.
    func error(for id: TaskID, _ action: TaskAction) -> TaskError? {
        switch code {
        case "invalid_state", "already_finished":
            currentState.map { .invalidState(id, action: action, current: $0) }
        case "worker_timeout":
            reason(after: .workerUnresponsive(id, action: action, reason: "")).map {
                .workerUnresponsive(id, action: action, reason: $0)
            }
        default: error(for: id)
        }
    }

    /// The error of a change or of a query that the disk does not allow.
    var storageError: TaskError? {
        switch code {
        case "storage_full": reason(after: .storageFull(reason: "")).map(TaskError.storageFull)
        case "storage_unavailable": reason(after: .storageUnavailable(reason: "")).map(TaskError.storageUnavailable)
        case "resources_exhausted": reason(after: .resourcesExhausted(reason: "")).map(TaskError.resourcesExhausted)
        default: nil
        }
    }

    /// What follows the text of an error without a reason; `nil` if the detail is another one.
    func reason(after error: TaskError) -> String? {
        let prefix = error.detail
        return detail.hasBytePrefix(prefix) ? String(detail.utf8.dropFirst(prefix.utf8.count)) : nil
    }
}
