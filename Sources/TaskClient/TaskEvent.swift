import JSON
package import TaskControl
package import TaskModel

/// What an event of `GET /events` says.
package enum TaskEvent: Sendable {
    /// A part of the tasks as they are; the last one completes the snapshot.
    case snapshot([TaskRecord], isComplete: Bool, QueueStatus, ServiceHealth)
    /// A task is new or has changed.
    case task(TaskRecord)
    /// A task is not kept any more, or does not match any more.
    case removed(TaskID)
    case queue(QueueStatus)
    case health(ServiceHealth)
    /// Events have been missed; a snapshot follows.
    case gap
    /// An event of a later version.
    case unknown

    /// Decodes an event.
    ///
    /// - Throws: ``TaskError/remote(_:)``.
    package init(_ event: ServiceEvent) throws(TaskError) {
        switch event.name {
        case "snapshot":
            let snapshot = try TaskClient.decode(Snapshot.self, from: event.data)
            self = .snapshot(snapshot.tasks, isComplete: snapshot.isComplete, snapshot.queue, snapshot.health)
        case "task":
            let json = try TaskClient.decode(JSONValue.self, from: event.data)
            do throws(JSONShapeError) {
                self = .task(try TaskRecord(summary: json))
            } catch {
                throw .remote(.unexpectedAnswer(reason: "\(error)"))
            }
        case "removed":
            let json = try TaskClient.decode(JSONValue.self, from: event.data)
            self = .removed(try TaskClient.member("task_id", of: json))
        case "queue": self = .queue(try TaskClient.decode(QueueStatus.self, from: event.data))
        case "health": self = .health(try TaskClient.decode(ServiceHealth.self, from: event.data))
        case "gap": self = .gap
        default: self = .unknown
        }
    }
}

/// The data of `snapshot`.
private struct Snapshot: JSONReadable {
    let tasks: [TaskRecord]
    let isComplete: Bool
    let queue: QueueStatus
    let health: ServiceHealth

    init(json: JSONValue) throws(JSONShapeError) {
        let members = try JSONMembers(json)
        let values: [JSONValue] = try members.value("tasks")
        var tasks: [TaskRecord] = []
        tasks.reserveCapacity(values.count)
        for value in values { tasks.append(try TaskRecord(summary: value)) }
        self.tasks = tasks
        isComplete = try members.value("complete")
        queue = try members.value("queue")
        health = try members.value("health")
    }
}
