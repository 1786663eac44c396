import ArgumentParser
import TaskClient
import TaskModel

/// Changes the priority or the place of queued tasks.
struct Priority: ChangeVerb {
    static let configuration = CommandConfiguration(
        commandName: "priority",
        abstract: "Changes the priority of queued tasks, or their place in the queue.",
        discussion: """
            EXAMPLES:
              taskdeck priority 10 A8Q4ZE
              taskdeck priority -5 --type process_data
              taskdeck priority first A8Q4ZE
            """)

    /// A priority, or an end of the tasks with the same.
    struct Value: ExpressibleByArgument, Sendable {
        let change: QueueChange

        init?(argument: String) {
            if let end = QueueEnd(rawValue: argument) {
                change = .position(end)
            } else if let number = Int(argument.replacing(Self.minus, with: "-")) {
                change = .priority(number)
            } else {
                return nil
            }
        }

        /// A sign that does not look like an option to the parser.
        static let minus = "\u{2212}"
    }

    @Argument(help: "From -100 to 100, the higher the sooner; or 'first' or 'last' among tasks of the same priority.")
    var value: Value

    @OptionGroup var selection: TaskSelection
    @OptionGroup var json: JSONOption
    @OptionGroup(title: "Connection") var connection: ConnectionOptions
    @OptionGroup(title: "Connection") var timeout: AnswerTimeout

    /// The arguments with negative numbers as the parser accepts them.
    static func readable(_ arguments: [String]) -> [String] {
        guard arguments.first == configuration.commandName else { return arguments }
        return arguments.map { argument in
            argument.hasPrefix("-") && Int(argument) != nil ? Value.minus + argument.dropFirst() : argument
        }
    }

    static var changeable: Set<TaskState> { [.queued] }
    var change: TaskChange { .reorder(value.change) }

    static func line(about record: TaskRecord) -> String {
        "\(record.id) priority \(record.options.priority)"
            + (record.queuePosition.map { ", number \($0) in the queue" } ?? "")
    }
}
