import JSON
import TaskModel

/// The fields of a task as a command line has them: `-f name=value`.
struct FieldArguments: Sendable {
    /// In their order; a name may be repeated.
    let values: [(name: String, value: String)]

    /// - Throws: ``VerbError`` for a text without `=`.
    init(_ texts: [String]) throws(VerbError) {
        var values: [(name: String, value: String)] = []
        for text in texts {
            let parts = text.parts(separatedBy: "=", atMost: 2)
            guard parts.count == 2, !parts[0].isEmpty else {
                throw .usage("-f must be NAME=VALUE, not '\(text)'")
            }
            values.append((String(parts[0]), String(parts[1])))
        }
        self.values = values
    }

    /// The members of `task_data`, each value of the kind that the type expects.
    ///
    /// What is not of this kind stays text: the service says what would be right.
    ///
    /// - Parameter type: `nil` for one that the service does not have.
    func members(for type: TaskTypeDescription?) -> [JSONName: JSONValue] {
        var members: [JSONName: JSONValue] = [:]
        for (name, value) in values {
            let name = JSONName(name)
            let field = type?.fields.first { $0.name.hasSameBytes(as: name.text) }
            let element = Self.value(value, field?.kind ?? .text)
            // A list grows with every value; of other fields the last one counts.
            if case .array(let before)? = members[name], case .array(let more) = element {
                members[name] = .array(before + more)
            } else {
                members[name] = element
            }
        }
        return members
    }

    private static func value(_ text: String, _ kind: FieldDescription.Kind) -> JSONValue {
        let parsed = (try? JSONParser.parse(text.utf8)) ?? .string(text)
        return switch (kind, parsed) {
        case (.number, .integer), (.number, .wideInteger), (.number, .number), (.integer, .integer),
            (.integer, .wideInteger), (.integer, .number), (.boolean, .bool), (.object, .object), (.list, .array),
            (.array, .array), (.command, .array):
            parsed
        case (.list, _): .array([.string(text)])
        case (.array, _): .array([parsed])
        default: .string(text)
        }
    }
}
