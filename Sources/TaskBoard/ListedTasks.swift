package import TaskModel

/// The encoded records of tasks that clients have read, each in its current revision.
package struct ListedTasks: Sendable {
    /// The most bytes of memory; all are dropped when there are more.
    private static let sizeLimit = 32 << 20

    private var tasks: [TaskID: ListedTask] = [:]
    private var size = 0

    package init() {}

    subscript(_ id: TaskID) -> ListedTask? { tasks[id] }

    mutating func insert(_ task: ListedTask) {
        if size + task.body.memorySize > Self.sizeLimit { (tasks, size) = ([:], 0) }
        remove(task.body.id)
        size += task.body.memorySize
        tasks[task.body.id] = task
    }

    /// Drops tasks that have another revision, or are gone.
    package mutating func remove(_ ids: Set<TaskID>) {
        guard !tasks.isEmpty else { return }
        for id in ids { remove(id) }
    }

    private mutating func remove(_ id: TaskID) {
        if let task = tasks.removeValue(forKey: id) { size -= task.body.memorySize }
    }
}
