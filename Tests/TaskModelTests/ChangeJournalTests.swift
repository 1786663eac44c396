import TaskControl
import TaskModel
import TestSupport
import Testing

@Suite("The journal of changes", .timeLimit(.minutes(1)))
struct ChangeJournalTests {
    private static func makeIDs(_ count: Int) -> [TaskID] {
        var generator = TaskIDGenerator()
        return (0..<count).map { _ in generator.next(at: Timestamp(milliseconds: 0)) }
    }

    @Test("of each task only the last change is kept, in the order of the last changes")
    func coalescing() throws {
        let journal = ChangeJournal()
        let ids = Self.makeIDs(3)
        journal.record([(ids[0], 1), (ids[1], 1), (ids[2], 1)])
        journal.record([(ids[0], 2)])
        journal.record([(ids[0], 2), (ids[1], 1)])
        let batch = try #require(journal.changes(after: 0, limit: 10))
        #expect(batch.changes.map(\.id) == [ids[1], ids[2], ids[0]])
        #expect(batch.changes.map(\.kind) == [.revision(1), .revision(1), .revision(2)])
        #expect(batch.end == journal.number)
        #expect(journal.changes(after: batch.end, limit: 10)?.changes.isEmpty == true)
    }

    @Test("a batch ends at its limit, and the next one continues there")
    func limit() throws {
        let journal = ChangeJournal()
        let ids = Self.makeIDs(5)
        journal.record(ids.map { ($0, 1) })
        let first = try #require(journal.changes(after: 0, limit: 2))
        #expect(first.changes.map(\.id) == Array(ids[..<2]))
        let second = try #require(journal.changes(after: first.end, limit: 9))
        #expect(second.changes.map(\.id) == Array(ids[2...]))
    }

    @Test("a removal is the last change of its task")
    func removal() throws {
        let journal = ChangeJournal()
        let id = try #require(Self.makeIDs(1).first)
        journal.record([(id, 4)])
        journal.recordRemoval(of: [PrunedTask(id: id, type: "t", state: .failed)])
        #expect(journal.changes(after: 0, limit: 9)?.changes.map(\.kind) == [.removal(type: "t", state: .failed)])
    }

    @Test("changes of more tasks than it keeps leave a gap, and those that it has are complete")
    func overrun() throws {
        let journal = ChangeJournal(capacity: 100)
        let ids = Self.makeIDs(1000)
        for id in ids { journal.record([(id, 1)]) }
        #expect(journal.changes(after: 0, limit: 9) == nil)
        let last = try #require(journal.changes(after: journal.number - 50, limit: 100))
        #expect(last.changes.map(\.id) == Array(ids.suffix(50)))
    }

    @Test("many changes of few tasks leave no gap")
    func manyChanges() throws {
        let journal = ChangeJournal(capacity: 100)
        let ids = Self.makeIDs(10)
        for revision in 1...10_000 { journal.record(ids.map { ($0, revision) }) }
        let batch = try #require(journal.changes(after: 0, limit: 100))
        #expect(batch.changes.map(\.id) == ids)
        #expect(batch.changes.allSatisfy { $0.kind == .revision(10_000) })
    }

    @Test("a reader that reads at random has in the end what the tasks are", arguments: 0..<20)
    func random(round: Int) throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        var random = SeededGenerator(seed: seed)
        let journal = ChangeJournal(capacity: 64)
        let ids = Self.makeIDs(80)
        var tasks: [TaskID: Int] = [:]
        var received: [TaskID: Int] = [:]
        var number = 0
        for step in 0...2000 {
            let id = ids[Int.random(in: 0..<ids.count, using: &random)]
            if let revision = tasks[id], Int.random(in: 0..<10, using: &random) == 0 {
                tasks[id] = nil
                journal.recordRemoval(of: [PrunedTask(id: id, type: "t", state: revision > 3 ? .failed : .killed)])
            } else {
                tasks[id, default: step] += 1
                journal.record([(id, tasks[id, default: 0])])
            }
            guard step == 2000 || Int.random(in: 0..<40, using: &random) == 0 else { continue }
            while number < journal.number {
                guard let batch = journal.changes(after: number, limit: 7) else {
                    (received, number) = (tasks, journal.number)
                    break
                }
                for change in batch.changes {
                    if case .revision(let revision) = change.kind {
                        received[change.id] = revision
                    } else {
                        received[change.id] = nil
                    }
                }
                number = batch.end
            }
            #expect(received == tasks, "seed \(seed), step \(step)")
        }
    }

    @Test("a reader is signaled at once, and then once for what follows the number that it waits after")
    func signals() async {
        let journal = ChangeJournal()
        let ids = Self.makeIDs(2)
        let reader = journal.addReader()
        var signals = reader.signals.makeAsyncIterator()
        #expect(await signals.next() != nil)
        journal.record([(ids[0], 1)])
        journal.signal(reader, after: 0)
        #expect(await signals.next() != nil)
        journal.signal(reader, after: journal.number)
        journal.record([(ids[0], 1)])
        journal.signalAll()
        #expect(await signals.next() != nil)
        journal.record([(ids[1], 1)])
        journal.remove(reader)
        #expect(await signals.next() == nil)
        #expect(journal.readerCount == 0)
    }

    @Test("the end ends readers, and those that come later")
    func end() async {
        let journal = ChangeJournal()
        let first = journal.addReader()
        journal.finish()
        let second = journal.addReader()
        #expect(await first.signals.reduce(0) { count, _ in count + 1 } == 1)
        #expect(await second.signals.reduce(0) { count, _ in count + 1 } == 1)
    }

    @Test("revisions that the journal has yet to report after a number are known")
    func ahead() {
        let journal = ChangeJournal()
        let ids = Self.makeIDs(3)
        journal.record([(ids[0], 1), (ids[1], 1)])
        let number = journal.number
        journal.record([(ids[1], 2)])
        let unread = journal.revisions([(ids[0], 1), (ids[1], 2), (ids[2], 1)], after: number)
        #expect(unread == [ids[1]: 2])
        #expect(journal.revisions([(ids[0], 2)], after: number) == [ids[0]: 2])
    }
}
