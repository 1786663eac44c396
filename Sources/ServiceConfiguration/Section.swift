import JSON
import TaskModel

/// A mapping with known keys.
struct Section {
    private var values: [String: YAMLNode] = [:]

    /// Reports keys that are not known.
    init(_ node: YAMLNode, _ name: String, keys: [String], example: String, _ problems: inout ProblemList) {
        for entry in problems.mapping(node, name, example) {
            if keys.contains(where: entry.name.hasSameBytes) {
                values[entry.name] = entry.value
            } else {
                problems.report(
                    entry.key,
                    "'\(entry.name.prefix(64))' is not known in \(name)"
                        + NearestName.question(
                            entry.name, among: keys, otherwise: "; keys are \(keys.joined(separator: ", "))"))
            }
        }
    }

    /// The value of a key; `nil` if it is missing.
    subscript(_ key: String) -> YAMLNode? { values[key] }
}
