import JSON
import TaskModel
import TaskTypes

/// Reads the fields of a declared type.
enum FieldsReader {
    private static let keys = ["default", "description", "max", "min", "options", "pattern", "required", "type"]
    private static let types = ["string", "integer", "number", "boolean", "choice", "path", "list"]

    static func read(_ node: YAMLNode, _ problems: inout ProblemList) -> [DeclaredField] {
        var fields: [DeclaredField] = []
        for entry in problems.mapping(node, "'fields'", "{source: {type: path}}") {
            guard DeclaredName.isValid(entry.name) else {
                problems.report(
                    entry.key, "'\(entry.name.prefix(80))' is no name for a field; it must have \(DeclaredName.words)")
                continue
            }
            fields.append(field(named: entry.name, entry.value, &problems))
        }
        return fields
    }

    /// The field, with guesses for what is wrong, so that placeholders with its name are not reported as well.
    private static func field(
        named name: String, _ node: YAMLNode, _ problems: inout ProblemList
    ) -> DeclaredField {
        let section = Section(node, "the field '\(name)'", keys: keys, example: "{type: string}", &problems)
        let summary = section["description"].flatMap { problems.text($0, "description") } ?? ""
        guard let type = section["type"] else {
            if node.entries != nil || node.isNull {
                problems.report(
                    node, "the field '\(name)' has no 'type'; write one of \(types.joined(separator: ", "))")
            }
            return DeclaredField(name: name, kind: .text(Bounds(), nil), presence: .required)
        }
        guard let kind = kind(type, section, &problems) else {
            return DeclaredField(name: name, kind: .text(Bounds(), nil), presence: .required)
        }
        let presence = presence(of: kind, section, &problems)
        return DeclaredField(name: name, kind: kind, presence: presence, summary: summary)
    }

    private static func kind(
        _ node: YAMLNode, _ section: Section, _ problems: inout ProblemList
    ) -> DeclaredField.Kind? {
        guard let type = problems.text(node, "type") else { return nil }
        if type != "choice" { reject("options", "only a choice has them", section, &problems) }
        switch type {
        case "string", "path", "list":
            let bounds = bounds(section, &problems) { node, name, problems in
                problems.integer(node, name, in: 0...1_000_000)
            }
            let pattern = pattern(section, &problems)
            return type == "string"
                ? .text(bounds, pattern) : type == "path" ? .path(bounds, pattern) : .list(bounds, pattern)
        case "integer":
            reject("pattern", "only string, path and list have one", section, &problems)
            return .integer(bounds(section, &problems) { node, name, problems in problems.integer(node, name) })
        case "number":
            reject("pattern", "only string, path and list have one", section, &problems)
            return .number(bounds(section, &problems) { node, name, problems in problems.number(node, name) })
        case "boolean", "choice":
            for key in ["max", "min", "pattern"] { reject(key, "a \(type) has none", section, &problems) }
            return type == "boolean" ? .boolean : options(node, section, &problems).map(DeclaredField.Kind.choice)
        default:
            problems.report(
                node,
                "'\(type.prefix(40))' is no type of a field"
                    + NearestName.question(
                        type, among: types, otherwise: "; types are \(types.joined(separator: ", "))"))
            return nil
        }
    }

    /// Reports a key that means nothing for a kind of field.
    private static func reject(
        _ key: String, _ reason: String, _ section: Section, _ problems: inout ProblemList
    ) {
        if let node = section[key] { problems.report(node, "'\(key)' does not belong here: \(reason); remove it") }
    }

    private static func bounds<Value: Comparable & Hashable & Sendable>(
        _ section: Section, _ problems: inout ProblemList,
        _ read: (YAMLNode, String, inout ProblemList) -> Value?
    ) -> Bounds<Value> {
        let minimum = section["min"].flatMap { read($0, "min", &problems) }
        let maximum = section["max"].flatMap { read($0, "max", &problems) }
        if let minimum, let maximum, minimum > maximum, let node = section["min"] {
            problems.report(node, "'min' is \(minimum), more than 'max', which is \(maximum); no value is both")
            return Bounds()
        }
        return Bounds(minimum: minimum, maximum: maximum)
    }

    private static func pattern(_ section: Section, _ problems: inout ProblemList) -> TextPattern? {
        guard let node = section["pattern"], let text = problems.text(node, "pattern") else { return nil }
        do throws(PatternError) {
            return try TextPattern(text)
        } catch {
            problems.report(node, "'pattern' is no regular expression: \(error)")
            return nil
        }
    }

    private static func options(
        _ type: YAMLNode, _ section: Section, _ problems: inout ProblemList
    ) -> [String]? {
        guard let node = section["options"] else {
            problems.report(type, "a choice has no 'options'; write a list such as [low, high]")
            return nil
        }
        guard let options = problems.texts(node, "options", "[low, high]") else { return nil }
        if options.isEmpty { problems.report(node, "'options' is an empty list; write some, such as [low, high]") }
        if Set(options.map { JSONName($0) }).count < options.count {
            problems.report(node, "'options' has an option twice; keep one")
        }
        return options.isEmpty ? nil : options
    }

    private static func presence(
        of kind: DeclaredField.Kind, _ section: Section, _ problems: inout ProblemList
    ) -> DeclaredField.Presence {
        let isRequired = section["required"].flatMap { problems.boolean($0, "required") }
        guard let node = section["default"] else { return isRequired == false ? .optional : .required }
        if isRequired == true {
            problems.report(node, "a required field needs no 'default'; remove it, or 'required'")
            return .required
        }
        guard let value = value(node, of: kind, &problems) else { return .required }
        do throws(FieldValueError) {
            try kind.validate(value)
        } catch {
            problems.report(node, "'default\(error.element)' \(error.message)")
        }
        return .fallback(value)
    }

    private static func value(
        _ node: YAMLNode, of kind: DeclaredField.Kind, _ problems: inout ProblemList
    ) -> JSONValue? {
        switch kind {
        case .text, .path, .choice: problems.text(node, "default").map(JSONValue.string)
        case .integer: problems.integer(node, "default").map { .integer(Int64($0)) }
        case .number: problems.number(node, "default").map(JSONValue.number)
        case .boolean: problems.boolean(node, "default").map(JSONValue.bool)
        case .list:
            problems.texts(node, "default", "[a, b]").map { .array($0.map(JSONValue.string)) }
        }
    }
}
