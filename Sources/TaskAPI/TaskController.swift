import HTTPSupport
import HTTPTypes
import Hummingbird
import JSON
import NIOCore
import TaskControl
import TaskModel

/// The endpoints: translates between HTTP and ``TaskControl`` and decides nothing.
struct TaskController: Sendable {
    typealias Context = BasicRequestContext

    let control: any TaskControl
    private let pages = PageCache()

    init(control: any TaskControl) {
        self.control = control
    }

    /// The methods that a path has, in the order of an `Allow` header; `nil` for a path that is none.
    static func methods(at path: String) -> [HTTPRequest.Method]? {
        let parts = path.parts(separatedBy: "/").filter { !$0.isEmpty }
        switch (parts.first, parts.count) {
        case ("health", 1): return [.get, .head, .options]
        case ("tasks", 1): return [.get, .head, .post, .options]
        case ("tasks", 2): return [.get, .head, .patch, .delete, .options]
        case ("tasks", 3) where parts[2] == "control": return [.post, .options]
        case ("queue", 1): return [.get, .head, .options]
        case ("queue", 2) where parts[1] == "pause" || parts[1] == "resume": return [.post, .options]
        default: return nil
        }
    }

    func addRoutes(to router: Router<Context>) {
        router.get("health", use: health)
        router.get("tasks", use: list)
        router.post("tasks", use: create)
        router.get("tasks/:id", use: show)
        router.patch("tasks/:id", use: change)
        router.delete("tasks/:id", use: delete)
        router.post("tasks/:id/control", use: performAction)
    }

    // MARK: - Endpoints

    private func health(_ request: Request, _: Context) async throws -> Response {
        _ = try RequestReading.query(of: request, allowing: [])
        return .json(HealthBody(await control.health()))
    }

    private func list(_ request: Request, _: Context) async throws -> Response {
        let parameters = try RequestReading.query(of: request, allowing: ["status", "task_type", "limit", "after"])
        return try await TaskListBody(
            query: try Self.query(from: parameters), control: control, cache: pages
        ).response()
    }

    private func create(_ request: Request, _: Context) async throws -> Response {
        _ = try RequestReading.query(of: request, allowing: [])
        let key = try RequestReading.idempotencyKey(in: request)
        let draft = TaskDraft(members: try await RequestReading.object(in: request))
        let submission = try await control.submit(draft, key: key)
        return .json(
            submission.record, status: submission.isNew ? .created : .ok,
            headers: [.location: "/tasks/\(submission.record.id)"])
    }

    private func show(_ request: Request, _ context: Context) async throws -> Response {
        let parameters = try RequestReading.query(of: request, allowing: ["detail"])
        let id = try id(in: context)
        if try RequestReading.flag("detail", in: parameters) {
            guard let detail = try await control.detail(id) else { throw TaskError.notFound(id.description) }
            return .json(DetailBody(detail))
        }
        guard let record = try await control.task(id) else { throw TaskError.notFound(id.description) }
        return .json(record)
    }

    private func performAction(_ request: Request, _ context: Context) async throws -> Response {
        _ = try RequestReading.query(of: request, allowing: [])
        let id = try id(in: context)
        let members = try await RequestReading.object(in: request)
        let action = try ControlRequest<TaskAction>(members: members).action
        return .json(try await control.perform(action, on: id))
    }

    private func change(_ request: Request, _ context: Context) async throws -> Response {
        _ = try RequestReading.query(of: request, allowing: [])
        let id = try id(in: context)
        var fields = FieldReader(try await RequestReading.object(in: request))
        let change = Self.queueChange(from: &fields)
        let problems = fields.finish()
        guard problems.isEmpty, let change else { throw TaskError.invalidFields(problems) }
        return .json(try await control.reorder(id, change))
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

    private func delete(_ request: Request, _ context: Context) async throws -> Response {
        let parameters = try RequestReading.query(of: request, allowing: ["use_http"])
        let gracefully = try RequestReading.flag("use_http", in: parameters)
        return .json(try await control.perform(gracefully ? .terminate : .kill, on: try id(in: context)))
    }

    // MARK: - Reading

    /// An id that is malformed is one that no task has.
    private func id(in context: Context) throws(TaskError) -> TaskID {
        let text = context.parameters.get("id") ?? ""
        guard let id = TaskID(text) else { throw .notFound(text) }
        return id
    }

    private static func query(from parameters: [String: String]) throws(ProblemDetails) -> TaskQuery {
        var query = TaskQuery(type: try RequestReading.text("task_type", in: parameters))
        if let text = try RequestReading.text("status", in: parameters) {
            var states: Set<TaskState> = []
            for name in text.parts(separatedBy: ",") {
                guard let state = TaskState.allCases.first(where: { name.hasSameBytes(as: $0.rawValue) }) else {
                    let known = TaskState.allCases.map(\.rawValue).joined(separator: ", ")
                    throw .invalidParameter("status", "has the unknown state '\(name.prefix(32))' (known: \(known))")
                }
                states.insert(state)
            }
            query.states = states
        }
        if let text = parameters["limit"] {
            guard let limit = Int(digits: text), limit >= 1 else {
                throw .invalidParameter("limit", "must be a whole number of at least 1")
            }
            query.limit = limit
        }
        if let text = parameters["after"] {
            guard let id = TaskID(text) else { throw .invalidParameter("after", "must be the id of a task") }
            query.after = id
        }
        return query
    }
}
