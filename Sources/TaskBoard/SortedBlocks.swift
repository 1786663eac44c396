/// A sorted set whose changes cost the same anywhere: its elements lie in blocks of limited length.
///
/// An array would move half of what it holds for every change in the middle: of a million tasks that wait, milliseconds
/// each time.
struct SortedBlocks<Element: Comparable & Sendable>: Sendable {
    private static var blockLimit: Int { 512 }

    /// None is empty.
    private var blocks: [[Element]] = []
    private(set) var count = 0

    var first: Element? { blocks.first?.first }
    var isEmpty: Bool { blocks.isEmpty }

    /// Does nothing if the element is there.
    mutating func insert(_ element: Element) {
        guard !blocks.isEmpty else {
            (blocks, count) = ([[element]], 1)
            return
        }
        let block = block(of: element)
        let index = blocks[block].partitioningIndex { $0 >= element }
        if index < blocks[block].count, blocks[block][index] == element { return }
        blocks[block].insert(element, at: index)
        count += 1
        guard blocks[block].count > Self.blockLimit else { return }
        // What comes last, as new tasks do, leaves full blocks behind.
        let isLast = block == blocks.count - 1
        let middle = isLast ? Self.blockLimit : Self.blockLimit / 2
        let rest = Array(blocks[block][middle...])
        blocks[block].removeSubrange(middle...)
        blocks.insert(rest, at: block + 1)
    }

    /// Does nothing if the element is not there.
    mutating func remove(_ element: Element) {
        guard !blocks.isEmpty else { return }
        let block = block(of: element)
        let index = blocks[block].partitioningIndex { $0 >= element }
        guard index < blocks[block].count, blocks[block][index] == element else { return }
        blocks[block].remove(at: index)
        count -= 1
        if blocks[block].isEmpty { blocks.remove(at: block) }
    }

    /// The number of elements before this one; `nil` if it is not there.
    func rank(of element: Element) -> Int? {
        guard !blocks.isEmpty else { return nil }
        let block = block(of: element)
        let index = blocks[block].partitioningIndex { $0 >= element }
        guard index < blocks[block].count, blocks[block][index] == element else { return nil }
        return blocks[..<block].reduce(index) { $0 + $1.count }
    }

    /// The elements behind one, or all, in order.
    func elements(after element: Element?) -> Elements {
        let start = element.map { element in blocks.partitioningIndex { $0[$0.count - 1] > element } } ?? 0
        let skipped =
            if let element, start < blocks.count { blocks[start].partitioningIndex { $0 > element } } else { 0 }
        return Elements(blocks: blocks, block: start, index: skipped)
    }

    /// Elements in order.
    struct Elements: Sequence, IteratorProtocol {
        fileprivate let blocks: [[Element]]
        fileprivate var block: Int
        fileprivate var index: Int

        mutating func next() -> Element? {
            guard block < blocks.count else { return nil }
            let element = blocks[block][index]
            index += 1
            if index == blocks[block].count { (block, index) = (block + 1, 0) }
            return element
        }
    }

    /// The last elements before one, or of all, the last one first.
    func last(_ limit: Int, before element: Element?) -> [Element] {
        let end = element.map { element in blocks.partitioningIndex { $0[0] >= element } } ?? blocks.count
        var elements: [Element] = []
        for block in blocks[..<end].reversed() where elements.count < limit {
            let length = element.map { element in block.partitioningIndex { $0 >= element } } ?? block.count
            elements += block[..<length].reversed().prefix(limit - elements.count)
        }
        return elements
    }

    /// The block that an element is in, or belongs in.
    private func block(of element: Element) -> Int {
        max(0, blocks.partitioningIndex { $0[0] > element } - 1)
    }
}
