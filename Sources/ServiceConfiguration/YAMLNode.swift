import JSON
import Yams

/// A value of a YAML document.
///
/// Views a node of the parser without a copy: what aliases repeat exists once, however often it is repeated.
struct YAMLNode {
    /// An entry of a mapping.
    typealias Entry = (key: YAMLNode, value: YAMLNode)

    private let node: Node

    init(_ node: Node) {
        self.node = node
    }

    /// Where the value begins; for an alias, the value that it repeats.
    var position: Position {
        Position(line: node.mark?.line ?? 1, column: node.mark?.column ?? 1)
    }

    /// The text of a scalar, as it stands in the file; `nil` for anything else.
    var text: String? { node.scalar?.string }

    /// The elements of a list; `nil` for anything else.
    var elements: [YAMLNode]? { node.sequence.map { $0.map(YAMLNode.init) } }

    /// The entries of a mapping in order; `nil` for anything else.
    var entries: [Entry]? {
        node.mapping.map { $0.map { (YAMLNode($0.key), YAMLNode($0.value)) } }
    }

    /// Whether there is no value: nothing, `~` or `null`.
    var isNull: Bool {
        guard let scalar = node.scalar, scalar.style == .plain else { return false }
        return ["", "~", "null", "Null", "NULL"].contains { $0.hasSameBytes(as: scalar.string) }
    }

    /// What the value is, in the words of an error message.
    var kindName: String {
        switch node {
        case .scalar(let scalar): isNull ? "empty" : "'\(scalar.string.prefix(40))'"
        case .sequence: "a list"
        case .mapping: "a mapping"
        case .alias: "an alias"
        }
    }

    /// The name in `{name}` without quotes, which YAML reads as a mapping.
    var barePlaceholder: String? {
        guard let entry = entries?.first, entries?.count == 1, entry.value.isNull else { return nil }
        return entry.key.text
    }
}
