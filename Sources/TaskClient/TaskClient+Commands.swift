import HTTPSupport
import JSON
package import TaskControl
package import TaskModel

/// A change of one task that a client requests.
package enum TaskChange: Sendable, Hashable {
    case action(TaskAction)
    case reorder(QueueChange)
    /// A new task like this one, which has ended.
    case retry
}

extension TaskClient {
    /// Submits a task and returns its record as the service sends it.
    ///
    /// - Throws: As ``TaskCommands/submit(_:key:)``, and ``TaskError/remote(_:)``.
    package func submission(of draft: TaskDraft, key: IdempotencyKey?) async throws(TaskError) -> ServiceAnswer {
        var request = ServiceRequest(.post, "/tasks")
        request.body = JSONCoding.encode(JSONValue.object(draft.members))
        request.key = key
        return try await answer(to: request) { problem in
            switch problem.code {
            case "validation_failed": problem.fields.isEmpty ? nil : .invalidFields(problem.fields)
            case "idempotency_key_reused": key.map(TaskError.keyReused)
            default: problem.storageError
            }
        }
    }

    /// Changes a task and returns the record as the service sends it, that of the new task for a retry.
    ///
    /// There is no limit to the time that an end takes.
    ///
    /// - Throws: As the functions of `TaskCommands`, and ``TaskError/remote(_:)``.
    package func change(_ id: TaskID, _ change: TaskChange) async throws(TaskError) -> [UInt8] {
        switch change {
        case .action(let action):
            var request = ServiceRequest.task(id, .post, "/control")
            request.body = JSONCoding.encode(ControlRequest(action: action))
            let isEnd = action == .terminate || action == .kill
            return try await send(request, hasTimeout: !isEnd) { $0.error(for: id, action) }
        case .reorder(let change):
            var request = ServiceRequest.task(id, .patch)
            request.body = JSONCoding.encode(JSONValue.object(change.members))
            return try await send(request) { problem in
                switch problem.code {
                case "invalid_state", "already_finished": problem.currentState.map { .notQueued(id, current: $0) }
                case "validation_failed": problem.fields.isEmpty ? nil : .invalidFields(problem.fields)
                default: problem.error(for: id)
                }
            }
        case .retry:
            return try await retry(of: id, key: nil).body
        }
    }

    private func retry(of id: TaskID, key: IdempotencyKey?) async throws(TaskError) -> ServiceAnswer {
        var request = ServiceRequest.task(id, .post, "/retry")
        request.key = key
        return try await answer(to: request) { problem in
            switch problem.code {
            case "invalid_state": problem.currentState.map { .notFinished(id, current: $0) }
            case "idempotency_key_reused": key.map(TaskError.keyReused)
            default: problem.error(for: id)
            }
        }
    }

    /// Pauses or resumes the queue and returns its state as the service sends it.
    ///
    /// - Throws: ``TaskError/storageFull(reason:)``, ``TaskError/storageUnavailable(reason:)``,
    ///   ``TaskError/remote(_:)``.
    package func queueChange(isPaused: Bool) async throws(TaskError) -> [UInt8] {
        try await send(ServiceRequest(.post, isPaused ? "/queue/pause" : "/queue/resume")) { $0.storageError }
    }

    /// Requests the end of the service.
    ///
    /// - Throws: ``TaskError/remote(_:)``.
    package func shutDownService() async throws(TaskError) {
        _ = try await send(ServiceRequest(.post, "/shutdown"))
    }

    /// Has the service read its configuration again, and returns the answer as it is.
    ///
    /// - Throws: ``TaskError/remote(_:)``, with the problems of the configuration.
    package func reload() async throws(TaskError) -> [UInt8] {
        try await send(ServiceRequest(.post, "/reload"))
    }
}

extension TaskClient: TaskCommands {
    package func submit(_ draft: TaskDraft, key: IdempotencyKey?) async throws(TaskError) -> Submission {
        let answer = try await submission(of: draft, key: key)
        return Submission(record: try Self.record(from: answer.body), isNew: answer.status == 201)
    }

    package func runAgain(_ id: TaskID, key: IdempotencyKey?) async throws(TaskError) -> Submission {
        let answer = try await retry(of: id, key: key)
        return Submission(record: try Self.record(from: answer.body), isNew: answer.status == 201)
    }

    package func perform(_ action: TaskAction, on id: TaskID) async throws(TaskError) -> TaskRecord {
        try Self.record(from: try await change(id, .action(action)))
    }

    package func reorder(_ id: TaskID, _ change: QueueChange) async throws(TaskError) -> TaskRecord {
        try Self.record(from: try await self.change(id, .reorder(change)))
    }

    package func setQueuePaused(_ isPaused: Bool) async throws(TaskError) -> QueueStatus {
        try Self.decode(QueueStatus.self, from: try await queueChange(isPaused: isPaused))
    }
}

extension QueueChange {
    /// The body of `PATCH /tasks/{id}`.
    fileprivate var members: [JSONName: JSONValue] {
        var members: [JSONName: JSONValue] = [:]
        if let priority { members["priority"] = .integer(Int64(priority)) }
        if let position { members["position"] = .string(position.rawValue) }
        return members
    }
}
