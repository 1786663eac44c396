import JSON
import TaskModel

/// Reads flags of the command line.
enum FlagsReader {
    static func read(
        _ node: YAMLNode, _ kinds: [String: ConfiguredFlag.Kind], _ problems: inout ProblemList
    ) -> [ConfiguredFlag] {
        var flags: [ConfiguredFlag] = []
        var names: Set<JSONName> = []
        for entry in problems.mapping(node, "'flags'", "{port: 8000}") {
            guard let kind = kinds[entry.name] else {
                let known = kinds.keys.sorted()
                problems.report(
                    entry.key,
                    "there is no flag '\(entry.name.prefix(64))' that can stand in a file"
                        + NearestName.question(
                            entry.name, among: known, otherwise: "; flags are \(known.joined(separator: ", "))"))
                continue
            }
            guard names.insert(JSONName(entry.name)).inserted else { continue }
            let arguments: [String]
            switch kind {
            case .toggle:
                guard let isOn = problems.boolean(entry.value, entry.name) else { continue }
                arguments = isOn ? ["--\(entry.name)"] : []
            case .value:
                guard let text = problems.text(entry.value, entry.name) else { continue }
                arguments = ["--\(entry.name)=\(text)"]
            }
            flags.append(ConfiguredFlag(name: entry.name, arguments: arguments, position: entry.value.position))
        }
        return flags
    }
}
