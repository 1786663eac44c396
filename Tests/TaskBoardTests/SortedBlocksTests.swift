import TestSupport
import Testing

@testable import TaskBoard

@Suite("A sorted set in blocks")
struct SortedBlocksTests {
    @Test("equals a sorted array after any insertions and removals", arguments: [30, 3000])
    func random(range: Int) {
        let seed = UInt64.random(in: 0 ... .max)
        print("seed \(seed)")
        var random = SeededGenerator(seed: seed)
        var blocks = SortedBlocks<Int>()
        var set: Set<Int> = []
        for round in 0..<6000 {
            let element = Int.random(in: 0..<range, using: &random)
            // It grows, shrinks to nothing, and grows again.
            if Int.random(in: 0..<10, using: &random) < (round / 2000 == 1 ? 1 : 8) {
                blocks.insert(element)
                set.insert(element)
            } else {
                blocks.remove(element)
                set.remove(element)
            }
            guard round % 100 == 0 else { continue }
            let sorted = set.sorted()
            #expect(blocks.count == sorted.count)
            #expect(blocks.first == sorted.first)
            #expect(Array(blocks.elements(after: nil)) == sorted)
            let other = Int.random(in: -1...range, using: &random)
            #expect(Array(blocks.elements(after: other)) == sorted.filter { $0 > other })
            #expect(Array(blocks.elements(before: nil)) == sorted.reversed())
            #expect(Array(blocks.elements(before: other)) == sorted.filter { $0 < other }.reversed())
            #expect(blocks.rank(of: other) == sorted.firstIndex(of: other))
        }
    }

    @Test("has every element once, in order, when they are inserted in order")
    func ascending() {
        var blocks = SortedBlocks<Int>()
        for element in 0..<10_000 { blocks.insert(element) }
        #expect(Array(blocks.elements(after: nil)) == Array(0..<10_000))
        #expect(blocks.rank(of: 9_999) == 9_999)
        for element in 0..<10_000 { blocks.remove(element) }
        #expect(blocks.isEmpty && blocks.first == nil && Array(blocks.elements(before: nil)) == [])
    }
}
