package import JSON
package import TaskControl
package import TaskModel

extension TaskClient: TaskQueries {
    package func task(_ id: TaskID) async throws(TaskError) -> TaskRecord? {
        try await unlessMissing(id) { () async throws(TaskError) in
            try Self.record(from: try await self.recordBody(id))
        }
    }

    package func detail(_ id: TaskID) async throws(TaskError) -> TaskDetail? {
        var request = ServiceRequest.task(id, .get)
        request.query = [("detail", "true")]
        let question = request
        return try await unlessMissing(id) { () async throws(TaskError) in
            let json = try await self.json(question) { $0.error(for: id) }
            return TaskDetail(
                record: try Self.decode(json, TaskRecord.init(summary:)), worker: try Self.decode(json, Self.worker),
                log: try Self.member("log", of: json))
        }
    }

    package func tasks(_ query: TaskQuery, _ fields: RecordFields) async throws(TaskError) -> TaskPage {
        let list = try await list(query, fields)
        // The whole list: what the service sends page by page is one answer.
        return TaskPage(tasks: list.tasks.map(EncodedRecord.init), total: list.total)
    }

    package func queue() async throws(TaskError) -> QueueStatus {
        try Self.decode(QueueStatus.self, from: try await send(ServiceRequest(.get, "/queue")))
    }

    package func health() async throws(TaskError) -> ServiceHealth {
        try Self.decode(ServiceHealth.self, from: try await send(ServiceRequest(.get, "/health")))
    }

    package func taskTypes() async throws(TaskError) -> [TaskTypeDescription] {
        try Self.decode(TypesAnswer.self, from: try await send(ServiceRequest(.get, "/types"))).types
    }

    package func current(since time: Timestamp, waiting limit: Int) async throws(TaskError) -> CurrentTasks {
        let records = try await list(TaskQuery(), .all).tasks.filter { $0.finishedAt.map { $0 >= time } ?? true }
        let waiting = records.filter { $0.state == .queued }.sorted {
            ($0.queuePosition ?? .max, $0.id) < ($1.queuePosition ?? .max, $1.id)
        }
        let others = Set(waiting.dropFirst(limit).map(\.id))
        return CurrentTasks(records: records.filter { !others.contains($0.id) }, othersWaiting: others.count)
    }

    // MARK: - For clients of HTTP

    /// The matching records, and how many match.
    package func list(_ query: TaskQuery, _ fields: RecordFields) async throws(TaskError) -> TaskList {
        try Self.decode(TaskList.self, from: try await send(.list(query, fields)) { $0.storageError })
    }

    /// The answer to `GET` as the service sends it.
    ///
    /// - Parameter path: one of the API: `/queue`.
    package func body(_ path: String) async throws(TaskError) -> [UInt8] {
        try await send(ServiceRequest(.get, path)) { $0.storageError }
    }

    /// The list of tasks as the service sends it.
    package func listBody(_ query: TaskQuery, _ fields: RecordFields) async throws(TaskError) -> [UInt8] {
        try await send(.list(query, fields)) { $0.storageError }
    }

    /// A record as the service sends it.
    ///
    /// - Throws: ``TaskError/notFound(_:)``, ``TaskError/remote(_:)``.
    package func recordBody(_ id: TaskID) async throws(TaskError) -> [UInt8] {
        try await send(.task(id, .get)) { $0.error(for: id) }
    }

    // MARK: - Decoding

    private func json(
        _ request: ServiceRequest, translate: (RemoteProblem) -> TaskError? = { _ in nil }
    ) async throws(TaskError) -> JSONValue {
        try Self.decode(JSONValue.self, from: try await send(request, translate: translate))
    }

    private func unlessMissing<Value>(
        _ id: TaskID, _ body: () async throws(TaskError) -> Value
    ) async throws(TaskError) -> Value? {
        do throws(TaskError) {
            return try await body()
        } catch .notFound {
            return nil
        }
    }

    private static func worker(in json: JSONValue) throws(JSONShapeError) -> TaskDetail.Worker {
        let members = try JSONMembers(json)
        if let status: JSONValue = try members.optional("worker") { return .status(status) }
        return .unavailable(try members.optional("worker_error") ?? "")
    }

    /// Decodes a record that has all members.
    ///
    /// - Throws: ``TaskError/remote(_:)``.
    package static func record(from body: [UInt8]) throws(TaskError) -> TaskRecord {
        try decode(TaskRecord.self, from: body)
    }

    /// Decodes an answer.
    ///
    /// - Throws: ``TaskError/remote(_:)``.
    package static func decode<Value: JSONReadable>(_ type: Value.Type, from body: [UInt8]) throws(TaskError) -> Value {
        do {
            return try JSONCoding.decode(type, from: body)
        } catch {
            throw unexpectedAnswer(error)
        }
    }

    /// Decodes the members of an answer that have these names.
    ///
    /// - Throws: ``TaskError/remote(_:)``.
    package static func decode<Value: JSONReadable>(
        _ type: Value.Type, from body: [UInt8], keeping names: [JSONName]
    ) throws(TaskError) -> Value {
        do {
            return try JSONCoding.decode(type, from: body, keeping: names)
        } catch {
            throw unexpectedAnswer(error)
        }
    }

    /// Decodes a member of an answer.
    ///
    /// - Throws: ``TaskError/remote(_:)``.
    package static func member<Value: JSONReadable>(_ name: JSONName, of json: JSONValue) throws(TaskError) -> Value {
        try decode(json) { json throws(JSONShapeError) in try JSONMembers(json).value(name) }
    }

    private static func decode<Value>(
        _ json: JSONValue, _ body: (JSONValue) throws(JSONShapeError) -> Value
    ) throws(TaskError) -> Value {
        do throws(JSONShapeError) {
            return try body(json)
        } catch {
            throw unexpectedAnswer(error)
        }
    }
}

extension TaskClient {
    private static func unexpectedAnswer(_ error: any Error) -> TaskError {
        let reason = (error as? JSONSyntaxError).map { "its answer is not JSON (\($0.reason))" } ?? "\(error)"
        return .remote(.unexpectedAnswer(reason: reason))
    }
}

/// The answer to `GET /types`.
private struct TypesAnswer: JSONReadable {
    let types: [TaskTypeDescription]

    init(json: JSONValue) throws(JSONShapeError) {
        types = try JSONMembers(json).value("types")
    }
}
