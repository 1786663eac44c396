import HTTPSupport
import HTTPTypes
import Hummingbird
import JSON
import TaskControl
import TaskModel

/// Handlers of the routes to tasks: they translate between HTTP and ``TaskControl`` and decide nothing.
enum TaskEndpoints {
    static func list(_ request: APIRequest) async throws -> Response {
        let query = try TaskQuery(request.query)
        let fields = try RecordFields(request.query)
        return try await TaskListBody(
            query: query, fields: fields, access: request.access, control: request.control
        ).response()
    }

    static func create(_ request: APIRequest) async throws -> Response {
        let key = try request.idempotencyKey()
        let draft = TaskDraft(members: try await request.object())
        if draft.isCommand { try request.checkFullAccess(for: "tasks of the type 'command'") }
        return accepted(try await request.control.submit(draft, key: key), request)
    }

    static func retry(_ request: APIRequest) async throws -> Response {
        // No member is expected in a body; its headers must be right all the same.
        try request.checkBody()
        let (id, key) = (try request.id(), try request.idempotencyKey())
        if request.access == .limited {
            guard let earlier = try await request.control.task(id) else { throw TaskError.notFound(id.description) }
            if earlier.isCommand { throw request.accessProblem(for: "tasks of the type 'command'") }
            // A program that the operator does not offer any more.
            guard try await request.control.taskTypes().contains(where: { $0.name.hasSameBytes(as: earlier.type) })
            else {
                throw request.accessProblem(for: "tasks of a type that is not declared any more")
            }
        }
        return accepted(try await request.control.runAgain(id, key: key), request)
    }

    private static func accepted(_ submission: Submission, _ request: APIRequest) -> Response {
        .json(
            submission.record.visible(to: request.access), status: submission.isNew ? .created : .ok,
            headers: [.location: "/tasks/\(submission.record.id)"])
    }

    static func show(_ request: APIRequest) async throws -> Response {
        let fields = try RecordFields(request.query)
        let id = try request.id()
        if try request.query.flag(.detail) {
            guard let detail = try await request.control.detail(id) else { throw TaskError.notFound(id.description) }
            if detail.record.runsProgram { try request.checkFullAccess(for: "the logs of programs") }
            return .json(DetailBody(detail: detail, fields: fields, access: request.access))
        }
        guard let record = try await request.control.encodedTask(id, fields) else {
            throw TaskError.notFound(id.description)
        }
        return .json(ByteBuffer(record, fields, for: request.access))
    }

    static func performAction(_ request: APIRequest) async throws -> Response {
        let id = try request.id()
        let members = try await request.object()
        let action = try ControlRequest<TaskAction>(members: members).action
        return .json(try await request.control.perform(action, on: id).visible(to: request.access))
    }

    static func change(_ request: APIRequest) async throws -> Response {
        let id = try request.id()
        var fields = FieldReader(try await request.object())
        let change = queueChange(from: &fields)
        let problems = fields.finish()
        guard problems.isEmpty, let change else { throw TaskError.invalidFields(problems) }
        return .json(try await request.control.reorder(id, change).visible(to: request.access))
    }

    private static func queueChange(from fields: inout FieldReader) -> QueueChange? {
        let (hasPriority, hasPosition) = (fields.has("priority"), fields.has("position"))
        guard hasPriority || hasPosition else {
            fields.reportMissing(oneOf: ["priority", "position"])
            return nil
        }
        let priority = hasPriority ? fields.requiredInteger("priority", in: TaskOptions.priorities) : nil
        let position =
            hasPosition ? fields.choice("position", of: QueueEnd.allCases.map { ($0.rawValue, $0) }) : nil
        return priority.map { QueueChange.priority($0, position) } ?? position.map(QueueChange.position)
    }

    static func delete(_ request: APIRequest) async throws -> Response {
        let action: TaskAction = try request.query.flag(.useHTTP) ? .terminate : .kill
        let record = try await request.control.perform(action, on: try request.id())
        return .json(record.visible(to: request.access))
    }
}

extension TaskRecord {
    /// Whether its output is that of a program, which may contain secrets.
    fileprivate var runsProgram: Bool { output != nil || isCommand }

    /// Whether the client has chosen the program.
    fileprivate var isCommand: Bool { type.hasSameBytes(as: TaskDraft.commandType) }
}
