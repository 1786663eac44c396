import ArgumentParser
import JSON
import TaskClient
import TaskModel

/// Lists the task types and their fields.
struct Types: AnsweredVerb {
    static let configuration = CommandConfiguration(
        commandName: "types",
        abstract: "Lists the types of tasks and their fields.",
        discussion: """
            EXAMPLES:
              taskdeck types
              taskdeck types process_data
              taskdeck types --json
            """)

    @Argument(help: "Only these types.", completion: .taskTypes)
    var name: [String] = []

    @OptionGroup var json: JSONOption
    @OptionGroup(title: "Connection") var connection: ConnectionOptions
    @OptionGroup(title: "Connection") var timeout: AnswerTimeout

    func run(in session: ClientSession) async throws -> Int32 {
        if json.isOn, name.isEmpty {
            try session.print(json: try await session.client.body("/types"))
            return ExitStatus.success
        }
        let types = try await session.client.taskTypes()
        let names = types.map(\.name)
        for name in name where !names.contains(name) {
            throw VerbError.usage(
                "there is no type '\(name)'" + NearestName.question(name, among: names)
                    + " (known: \(names.joined(separator: ", ")))")
        }
        let shown = types.filter { name.isEmpty || name.contains($0.name) }
        if json.isOn {
            for type in shown { try session.print(json: JSONCoding.encode(type)) }
        } else {
            try session.print(lines: shown.flatMap { Self.lines($0, session.terminal) })
        }
        return ExitStatus.success
    }

    private static func lines(_ type: TaskTypeDescription, _ terminal: ShellTerminal) -> [String] {
        let width = type.fields.map { FieldText.label($0).count }.max() ?? 0
        let name = terminal.colored(PlainText.visible(type.name), .bold)
        return [type.summary.isEmpty ? name : "\(name)  \(PlainText.visible(type.summary))"]
            + type.fields.map { field in
                let label = FieldText.label(field)
                return "  \(label)\(String(repeating: " ", count: width - label.count))  "
                    + PlainText.visible(FieldText.description(field))
            }
    }
}

/// A field of a task type in words.
private enum FieldText {
    /// `delay (number)`, with `*` if it is required.
    static func label(_ field: FieldDescription) -> String {
        PlainText.visible("\(field.name)\(field.isRequired ? "*" : "") (\(field.kind.rawValue))")
    }

    static func description(_ field: FieldDescription) -> String {
        let options = field.options.isEmpty ? nil : field.options.joined(separator: ", ")
        let fallback = field.fallback.flatMap { $0 == .null ? nil : "default \($0.jsonText)" }
        return [field.meaning.isEmpty ? nil : field.meaning, options ?? field.hint, fallback].compactMap(\.self)
            .filter { !$0.isEmpty }.joined(separator: "; ")
    }
}
