package import Dashboard

/// The key sequences of a terminal description, as a prefix tree.
package struct KeySequences: Sendable {
    /// A node of the tree: the bytes read so far.
    struct Prefix: Sendable, Hashable {
        fileprivate var node = 0

        static let empty = Prefix()
    }

    private struct Node: Sendable {
        var children: [UInt8: Int] = [:]
        /// Whether a sequence ends here.
        var isEnd = false
        /// The key of that sequence; `nil` for a key that the dashboard does not use.
        var key: Key?
    }

    private var nodes = [Node()]

    package init() {}

    /// Adds a sequence.
    ///
    /// A key may have several sequences; the first key of a sequence is kept.
    package mutating func insert(_ bytes: some Sequence<UInt8>, key: Key?) {
        var node = 0
        for byte in bytes {
            if let child = nodes[node].children[byte] {
                node = child
            } else {
                nodes.append(Node())
                nodes[node].children[byte] = nodes.count - 1
                node = nodes.count - 1
            }
        }
        guard node != 0, !nodes[node].isEnd || nodes[node].key == nil else { return }
        nodes[node].isEnd = true
        nodes[node].key = key
    }

    /// The prefix extended by a byte; `nil` if no sequence has that prefix.
    func extending(_ prefix: Prefix, by byte: UInt8) -> Prefix? {
        nodes[prefix.node].children[byte].map { Prefix(node: $0) }
    }

    func isSequence(_ prefix: Prefix) -> Bool { nodes[prefix.node].isEnd }
    func isComplete(_ prefix: Prefix) -> Bool { nodes[prefix.node].isEnd && nodes[prefix.node].children.isEmpty }
    func key(of prefix: Prefix) -> Key? { nodes[prefix.node].key }
}
