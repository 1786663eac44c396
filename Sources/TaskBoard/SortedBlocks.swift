/// A sorted set in blocks of limited length, so that a change costs the same anywhere.
///
/// An array moves half of its elements for a change in the middle: milliseconds with a million queued tasks.
struct SortedBlocks<Element: Comparable & Sendable>: Sendable {
    private static var blockLimit: Int { 512 }

    /// None is empty.
    private var blocks: [[Element]] = []
    private(set) var count = 0

    var first: Element? { blocks.first?.first }
    var isEmpty: Bool { blocks.isEmpty }

    /// Inserts an element unless it is there.
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
        // New tasks come last; a split at the end leaves full blocks behind.
        let isLast = block == blocks.count - 1
        let middle = isLast ? Self.blockLimit : Self.blockLimit / 2
        let rest = Array(blocks[block][middle...])
        blocks[block].removeSubrange(middle...)
        blocks.insert(rest, at: block + 1)
    }

    /// Removes an element if it is there.
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

    /// The elements after one, or all, in order.
    func elements(after element: Element?) -> Elements {
        let start = element.map { element in blocks.partitioningIndex { $0[$0.count - 1] > element } } ?? 0
        let skipped =
            if let element, start < blocks.count { blocks[start].partitioningIndex { $0 > element } } else { 0 }
        return Elements(blocks: blocks, block: start, index: skipped, isReversed: false)
    }

    /// The elements before one, or all, in reverse order.
    func elements(before element: Element?) -> Elements {
        let end = element.map { element in blocks.partitioningIndex { $0[0] >= element } } ?? blocks.count
        guard end > 0 else { return Elements(blocks: blocks, block: -1, index: 0, isReversed: true) }
        let last = blocks[end - 1]
        let length = element.map { element in last.partitioningIndex { $0 >= element } } ?? last.count
        return Elements(blocks: blocks, block: end - 1, index: length - 1, isReversed: true)
    }

    /// Elements in order, or in reverse order.
    struct Elements: Sequence, IteratorProtocol {
        fileprivate let blocks: [[Element]]
        fileprivate var block: Int
        fileprivate var index: Int
        fileprivate let isReversed: Bool

        mutating func next() -> Element? {
            guard blocks.indices.contains(block) else { return nil }
            let element = blocks[block][index]
            if isReversed {
                index -= 1
                if index < 0 {
                    block -= 1
                    index = block < 0 ? 0 : blocks[block].count - 1
                }
            } else {
                index += 1
                if index == blocks[block].count { (block, index) = (block + 1, 0) }
            }
            return element
        }
    }

    /// The block that an element is in, or belongs in.
    private func block(of element: Element) -> Int {
        max(0, blocks.partitioningIndex { $0[0] > element } - 1)
    }
}
