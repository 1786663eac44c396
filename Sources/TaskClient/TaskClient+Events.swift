import JSON
package import TaskControl
package import TaskModel

extension TaskClient: TaskEvents {
    /// The changes of a service's tasks, over any number of connections.
    ///
    /// Does not end with the service, but connects again.
    package func updates() async -> any AsyncSequence<TaskChanges, Never> & Sendable {
        RemoteUpdates(self) { _ in }
    }

    /// Nothing while the service is not reached.
    package func usage() async -> [TaskID: WorkerUsage] { (try? await workerUsage()) ?? [:] }

    /// What the workers use.
    ///
    /// - Throws: ``TaskError/remote(_:)``.
    func workerUsage() async throws(TaskError) -> [TaskID: WorkerUsage] {
        try Self.decode(UsageAnswer.self, from: try await send(ServiceRequest(.get, "/usage"))).workers
    }
}

/// The answer to `GET /usage`.
private struct UsageAnswer: JSONReadable {
    let workers: [TaskID: WorkerUsage]

    init(json: JSONValue) throws(JSONShapeError) {
        let values: [JSONValue] = try JSONMembers(json).value("workers")
        var workers: [TaskID: WorkerUsage] = [:]
        for value in values {
            let members = try JSONMembers(value)
            // Not known of a worker that is starting.
            guard let milliseconds: Int = try members.optional("cpu_ms") else { continue }
            workers[try members.value("task_id")] = WorkerUsage(
                cpuSeconds: Double(milliseconds) / 1000, memoryBytes: try members.optional("memory_bytes"))
        }
        self.workers = workers
    }
}
