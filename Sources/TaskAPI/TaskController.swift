import HTTPTypes
import Hummingbird
import TaskModel

/// The endpoints: translates between HTTP and ``TaskControl`` and decides nothing.
struct TaskController: Sendable {
    typealias Context = BasicRequestContext

    let control: any TaskControl

    /// The methods that a path has, in the order of an `Allow` header; `nil` for a path that is none.
    static func methods(at path: String) -> [HTTPRequest.Method]? {
        let parts = path.split(separator: "/")
        switch (parts.first, parts.count) {
        case ("health", 1): return [.get, .head, .options]
        case ("tasks", 1): return [.get, .head, .post, .options]
        case ("tasks", 2): return [.get, .head, .delete, .options]
        case ("tasks", 3) where parts[2] == "control": return [.post, .options]
        default: return nil
        }
    }

    func addRoutes(to router: Router<Context>) {
        router.get("health", use: health)
        router.get("tasks", use: list)
        router.post("tasks", use: create)
        router.get("tasks/:id", use: show)
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
        return .json(await control.tasks(try Self.query(from: parameters)))
    }

    private func create(_ request: Request, _: Context) async throws -> Response {
        _ = try RequestReading.query(of: request, allowing: [])
        let record = try await control.submit(TaskDraft(members: try await RequestReading.object(in: request)))
        return .json(record, status: .created, headers: [.location: "/tasks/\(record.id)"])
    }

    private func show(_ request: Request, _ context: Context) async throws -> Response {
        let parameters = try RequestReading.query(of: request, allowing: ["detail"])
        let id = try id(in: context)
        if try RequestReading.flag("detail", in: parameters) {
            guard let detail = await control.detail(id) else { throw TaskError.notFound(id.description) }
            return .json(DetailBody(detail))
        }
        guard let record = await control.task(id) else { throw TaskError.notFound(id.description) }
        return .json(record)
    }

    private func performAction(_ request: Request, _ context: Context) async throws -> Response {
        _ = try RequestReading.query(of: request, allowing: [])
        let id = try id(in: context)
        let members = try await RequestReading.object(in: request)
        let action = try ControlRequest(members: members, allowing: TaskAction.allCases).action
        return .json(try await control.perform(action, on: id))
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
        var query = TaskQuery(type: parameters["task_type"])
        if let text = parameters["status"] {
            var states: Set<TaskState> = []
            for name in text.split(separator: ",") {
                guard let state = TaskState(rawValue: String(name)) else {
                    let known = TaskState.allCases.map(\.rawValue).joined(separator: ", ")
                    throw .invalidParameter("status", "has the unknown state '\(name.prefix(32))' (known: \(known))")
                }
                states.insert(state)
            }
            query.states = states
        }
        if let text = parameters["limit"] {
            guard let limit = Int(text), limit >= 1 else {
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
