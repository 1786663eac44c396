import JSON
import TaskModel

/// The problems found so far, with readers for scalars.
struct ProblemList {
    private(set) var problems: [ConfigurationError.Problem] = []
    /// The mappings copied so far: copies of copies can be many in a small file.
    private var copies = 0
    private static let copyLimit = 10_000

    /// - Parameter message: What is wrong and what would be right.
    mutating func report(_ node: YAMLNode, _ message: String) {
        problems.append(ConfigurationError.Problem(node.position, message))
    }

    /// A text as it stands in the file, whether or not YAML sees a number or a boolean there.
    mutating func text(_ node: YAMLNode, _ name: String) -> String? {
        if let text = node.text, !node.isNull { return text }
        if let placeholder = node.barePlaceholder {
            report(node, "'\(name)' has {\(placeholder)} without quotes, a mapping to YAML; write \"{\(placeholder)}\"")
        } else if node.isNull {
            report(node, "'\(name)' is empty; write a text, or \"\" for an empty one")
        } else {
            report(node, "'\(name)' must be a text, not \(node.kindName); quotes make a text of anything")
        }
        return nil
    }

    mutating func boolean(_ node: YAMLNode, _ name: String) -> Bool? {
        switch node.text {
        case "true": return true
        case "false": return false
        default:
            report(node, "'\(name)' must be true or false, not \(node.kindName)")
            return nil
        }
    }

    mutating func integer(_ node: YAMLNode, _ name: String, in range: ClosedRange<Int>? = nil) -> Int? {
        let words = range.map { " between \($0.lowerBound) and \($0.upperBound)" } ?? ", such as 8"
        // No other notation: what looks octal to some readers is decimal to others.
        guard let text = node.text, let number = Int(text), text.hasSameBytes(as: String(number)),
            range?.contains(number) ?? true
        else {
            report(node, "'\(name)' must be a whole number\(words), not \(node.kindName)")
            return nil
        }
        return number
    }

    mutating func number(_ node: YAMLNode, _ name: String, in range: ClosedRange<Double>? = nil) -> Double? {
        let words =
            range.map { " between \($0.lowerBound.plainText) and \($0.upperBound.plainText)" } ?? ", such as 2.5"
        let isDecimal = node.text?.utf8.allSatisfy { $0.isASCIIDigit || "+-.eE".utf8.contains($0) } ?? false
        guard isDecimal, let number = node.text.flatMap(Double.init), number.isFinite, range?.contains(number) ?? true
        else {
            report(node, "'\(name)' must be a number\(words), not \(node.kindName)")
            return nil
        }
        return number
    }

    mutating func list(_ node: YAMLNode, _ name: String, _ example: String) -> [YAMLNode]? {
        if let elements = node.elements { return elements }
        report(node, "'\(name)' must be a list such as \(example), not \(node.kindName)")
        return nil
    }

    mutating func texts(_ node: YAMLNode, _ name: String, _ example: String) -> [String]? {
        guard let elements = list(node, name, example) else { return nil }
        let texts = elements.compactMap { text($0, name) }
        return texts.count == elements.count ? texts : nil
    }

    /// The entries of a mapping with texts as keys, and those that it copies by `<<`; empty if there is no value.
    ///
    /// - Parameter name: The mapping in the words of a message.
    mutating func mapping(_ node: YAMLNode, _ name: String, _ example: String) -> [NamedEntry] {
        if node.isNull { return [] }
        guard let entries = node.entries else {
            report(node, "\(name) must be a mapping such as \(example), not \(node.kindName)")
            return []
        }
        let own = Set(entries.compactMap { $0.key.text.map { JSONName($0) } })
        var mapping: [NamedEntry] = []
        var copied: Set<JSONName> = []
        for (key, value) in entries {
            guard let text = key.text, !key.isNull else {
                report(key, "a key of \(name) must be a name, not \(key.kindName)")
                continue
            }
            guard text.hasSameBytes(as: "<<") else {
                mapping.append(NamedEntry(name: text, key: key, value: value))
                continue
            }
            for node in value.elements ?? [value] {
                copies += 1
                if copies == Self.copyLimit + 1 {
                    report(key, "'<<' copies mappings more than \(Self.copyLimit) times in all; repeat less")
                }
                guard copies <= Self.copyLimit else { continue }
                for entry in self.mapping(node, "'<<'", "*anchor")
                where !own.contains(JSONName(entry.name)) && copied.insert(JSONName(entry.name)).inserted {
                    mapping.append(entry)
                }
            }
        }
        return mapping
    }
}

/// An entry of a mapping whose key is a text.
struct NamedEntry {
    let name: String
    let key: YAMLNode
    let value: YAMLNode
}
