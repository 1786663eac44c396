import ArgumentParser
import JSON
import TaskClient
import TaskModel

/// The options that choose tasks by what they are.
struct TaskFilter: ParsableArguments, Sendable {
    @Option(
        name: .long, help: "Only tasks in this state; several with commas.",
        completion: .list(TaskState.allCases.map(\.rawValue)), transform: Self.states)
    var status: Set<TaskState>?

    @Option(name: [.customShort("t"), .customLong("type")], help: "Only tasks of this type.", completion: .taskTypes)
    var type: String?

    var isEmpty: Bool { status == nil && type == nil }

    private static func states(_ text: String) throws -> Set<TaskState> {
        var states: Set<TaskState> = []
        for name in text.split(separator: ",") {
            guard let state = TaskState.allCases.first(where: { name == $0.rawValue }) else {
                let names = TaskState.allCases.map(\.rawValue)
                throw ValidationError(
                    "'\(name)' is no state" + NearestName.question(String(name), among: names)
                        + " (known: \(names.joined(separator: ", ")))")
            }
            states.insert(state)
        }
        guard !states.isEmpty else { throw ValidationError("it must be the name of a state") }
        return states
    }
}

/// The tasks that a verb acts on: by their ids, or by a filter.
struct TaskSelection: ParsableArguments, Sendable {
    @Argument(
        help: "Ids of tasks, whole or their last characters as 'taskdeck ls' shows them.",
        completion: .taskIDs)
    var id: [String] = []

    @OptionGroup var filter: TaskFilter

    @Flag(name: .long, help: "All tasks for which the verb has a meaning.")
    var all = false

    func validate() throws {
        let hasFilter = all || !filter.isEmpty
        if id.isEmpty, !hasFilter {
            throw ValidationError("name the tasks by their ids, by --status or --type, or choose --all")
        }
        if !id.isEmpty, hasFilter { throw ValidationError("use either ids, or --status, --type and --all") }
    }

    /// The ids of the tasks.
    ///
    /// - Parameter states: those for which the verb has a meaning; a filter without `--status` selects them.
    /// - Throws: ``VerbError`` for an id that is ambiguous or that no task has, `TaskError`.
    func resolve(_ session: ClientSession, possible states: Set<TaskState>) async throws -> [TaskID] {
        guard id.isEmpty else { return try await TaskLookup.ids(of: id, in: session) }
        let list = try await session.client.listBody(
            TaskQuery(states: filter.status ?? states, type: filter.type), .summary)
        let ids = try TaskLookup.ids(in: list)
        if ids.isEmpty { StandardStream.report("no task matches") }
        return ids
    }
}
