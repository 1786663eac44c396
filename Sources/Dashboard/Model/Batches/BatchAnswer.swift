import TaskModel

/// The key that assigns a result without a batch number to its batch; results arrive in the order of the requests.
enum BatchAnswer: Sendable, Hashable {
    case priority(TaskID), move(TaskID), copy(TaskID)
}
