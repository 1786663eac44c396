package import JSON

/// A task as a client submits it: the members of its object, not yet checked.
package struct TaskDraft: Sendable, Hashable {
    /// The type of tasks that run a program of the client's choice.
    package static let commandType = "command"

    /// By name: `task_type`, `task_data`, what ``TaskOptions`` reads, and whatever else there should not be.
    package let members: [JSONName: JSONValue]

    package init(members: [JSONName: JSONValue]) {
        self.members = members
    }

    /// Creates the draft of a task equal to another one, without its name and start time.
    package init(repeating record: TaskRecord) {
        var options = record.options
        options.notBefore = nil
        self.init(type: record.type, data: record.data?.value, options: options)
    }

    /// Whether the client chooses the program.
    package var isCommand: Bool { members["task_type"] == .string(Self.commandType) }

    /// Creates a draft, without the members that have their defaults.
    package init(type: String, name: String? = nil, data: JSONValue?, options: TaskOptions = TaskOptions()) {
        var members = options.members
        members["name"] = name.map(JSONValue.string)
        members["task_type"] = .string(type)
        members["task_data"] = data
        self.members = members
    }
}
