import JSON
import TaskModel
import TaskTypes

/// Reads declared types.
enum TypesReader {
    private static let keys = [
        "command", "cwd", "description", "env", "fields", "priority", "progress", "retries", "stop_signal",
        "success_codes", "timeout",
    ]
    private static let example = "{command: [rsync, \"{source}\"], fields: {source: {type: path}}}"

    static func read(_ node: YAMLNode, _ problems: inout ProblemList) -> [DeclaredType] {
        var types: [DeclaredType] = []
        for entry in problems.mapping(node, "'types'", "{backup: \(example)}") {
            guard DeclaredName.isValid(entry.name) else {
                problems.report(
                    entry.key, "'\(entry.name.prefix(80))' is no name for a type; it must have \(DeclaredName.words)")
                continue
            }
            guard !TaskTypeRegistry.reservedNames.contains(entry.name) else {
                problems.report(entry.key, "'\(entry.name)' is the name of a built-in type; choose another name")
                continue
            }
            if let type = type(named: entry.name, entry.value, &problems) { types.append(type) }
        }
        return types
    }

    private static func type(
        named name: String, _ node: YAMLNode, _ problems: inout ProblemList
    ) -> DeclaredType? {
        guard !node.isNull else {
            problems.report(node, "the type '\(name)' is empty; it needs a 'command', such as \(example)")
            return nil
        }
        let section = Section(node, "the type '\(name)'", keys: keys, example: example, &problems)
        let summary = section["description"].flatMap { problems.text($0, "description") } ?? ""
        let fields = section["fields"].map { FieldsReader.read($0, &problems) } ?? []
        guard let command = section["command"] else {
            if node.entries != nil {
                problems.report(node, "the type '\(name)' has no 'command'; write one, such as [rsync, \"{source}\"]")
            }
            return nil
        }
        var reader = CommandReader(fields: TemplateFields(fields), problems: problems)
        let template = reader.template(command, section)
        problems = reader.problems
        return template.map { template in
            DeclaredType(
                name: name, summary: summary, fields: fields, template: template, options: options(section, &problems))
        }
    }

    private static func options(_ section: Section, _ problems: inout ProblemList) -> TaskOptions {
        var options = TaskOptions()
        if let node = section["priority"] {
            options.priority = problems.integer(node, "priority", in: TaskOptions.priorities) ?? 0
        }
        if let node = section["timeout"] {
            options.timeout = problems.number(node, "timeout", in: TaskOptions.timeouts)
        }
        if let node = section["retries"] {
            options.retries = problems.integer(node, "retries", in: TaskOptions.retryCounts) ?? 0
        }
        return options
    }
}
