import JSON
import TaskModel

/// A kind of task: how its data is read, and what is done with it.
enum TaskKind: Sendable {
    /// Work in Swift.
    case work(any TaskType.Type)
    /// Any program.
    case command
    /// A program that the configuration declares.
    case declared(DeclaredType)

    /// The result of reading the data of a task.
    struct Reading {
        let work: CheckedWork
        let title: String
        /// The data as it is stored and shown.
        let data: [JSONName: JSONValue]
    }

    /// The name in requests.
    var name: String {
        switch self {
        case .work(let type): type.name
        case .command: TaskDraft.commandType
        case .declared(let type): type.name
        }
    }

    /// What tasks of this kind do, in a few words.
    var summary: String {
        switch self {
        case .work(let type): type.summary
        case .command: Command.summary
        case .declared(let type): type.summary
        }
    }

    /// Values for members that a request lacks.
    var defaultMembers: [JSONName: JSONValue] {
        if case .declared(let type) = self { type.options.members } else { [:] }
    }

    /// Reads the data of a task; `nil` if there are problems, which the reader records.
    func read(
        _ data: [JSONName: JSONValue], from fields: inout FieldReader, _ defaults: ProgramDefaults
    ) -> Reading? {
        switch self {
        case .work(let type):
            let work = type.init(from: &fields)
            return Reading(work: .work(work), title: work.title, data: data)
        case .command:
            return Command(from: &fields, defaults).map { command in
                Reading(
                    work: .program(command.program), title: command.title, data: Command.withoutSecrets(data))
            }
        case .declared(let type):
            return type.read(from: &fields, defaults).map { program, title in
                Reading(work: .program(program), title: title, data: data)
            }
        }
    }

    /// The problem of a request for a program that cannot be started.
    func problem(_ problem: ProgramProblem) -> FieldProblem {
        if case .declared = self { problem.ofDeclaredType } else { problem.ofCommand }
    }
}
