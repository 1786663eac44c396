/// The elements of disjoint sorted sets, in order.
struct MergedElements<Element: Comparable & Sendable>: Sequence, IteratorProtocol {
    private struct Source {
        var first: Element
        var others: SortedBlocks<Element>.Elements
    }

    private var sources: [Source] = []

    /// - Parameter element: only elements after this one; `nil` means all.
    init(_ sets: [SortedBlocks<Element>], after element: Element?) {
        for set in sets {
            var elements = set.elements(after: element)
            if let first = elements.next() { sources.append(Source(first: first, others: elements)) }
        }
    }

    mutating func next() -> Element? {
        guard !sources.isEmpty else { return nil }
        var least = 0
        for index in sources.indices.dropFirst() where sources[index].first < sources[least].first { least = index }
        let element = sources[least].first
        if let next = sources[least].others.next() {
            sources[least].first = next
        } else {
            sources.remove(at: least)
        }
        return element
    }
}
