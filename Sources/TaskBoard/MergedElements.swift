/// The elements of disjoint sorted sets, in order or in reverse order.
struct MergedElements<Element: Comparable & Sendable>: Sequence, IteratorProtocol {
    private struct Source {
        var first: Element
        var others: SortedBlocks<Element>.Elements
    }

    private var sources: [Source] = []
    private let isReversed: Bool

    /// - Parameter element: only elements behind this one; `nil` means all.
    init(_ sets: [SortedBlocks<Element>], after element: Element?, isReversed: Bool = false) {
        self.isReversed = isReversed
        for set in sets {
            var elements = isReversed ? set.elements(before: element) : set.elements(after: element)
            if let first = elements.next() { sources.append(Source(first: first, others: elements)) }
        }
    }

    mutating func next() -> Element? {
        guard !sources.isEmpty else { return nil }
        var source = 0
        for index in sources.indices.dropFirst() where isBefore(sources[index].first, sources[source].first) {
            source = index
        }
        let element = sources[source].first
        if let next = sources[source].others.next() {
            sources[source].first = next
        } else {
            sources.remove(at: source)
        }
        return element
    }

    private func isBefore(_ element: Element, _ other: Element) -> Bool {
        isReversed ? other < element : element < other
    }
}
