import TaskModel

/// What an answer belongs to that carries no number of its batch; answers come in the order of the requests.
enum BatchAnswer: Sendable, Hashable {
    case priority(TaskID), move(TaskID), copy(TaskID)
}
