import TaskClient
import TaskModel

/// A verb that the service answers, with a time limit of its user's.
protocol AnsweredVerb: ClientVerb {
    var timeout: AnswerTimeout { get }
}

extension AnsweredVerb {
    var answerTimeout: Duration { timeout.limit }
}

/// A verb that changes the tasks that its user has selected.
protocol ChangeVerb: AnsweredVerb {
    var selection: TaskSelection { get }
    var json: JSONOption { get }
    var change: TaskChange { get }
    /// The states of tasks that can be changed so: the ones that `--all` selects.
    static var changeable: Set<TaskState> { get }

    /// The line about a task that has been changed.
    static func line(about record: TaskRecord) -> String
}

extension ChangeVerb {
    static func line(about record: TaskRecord) -> String { "\(record.id) \(record.state.rawValue)" }

    func run(in session: ClientSession) async throws -> Int32 {
        let ids = try await selection.resolve(session, possible: Self.changeable)
        return try await ChangeRun(session: session, printsJSON: json.isOn, line: Self.line).run(change, on: ids)
    }
}
