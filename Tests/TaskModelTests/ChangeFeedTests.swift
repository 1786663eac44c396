import TaskControl
import TaskModel
import Testing

@Suite("Notification of changes", .timeLimit(.minutes(15)))
struct ChangeFeedTests {
    private static let ids: [TaskID] = {
        var generator = TaskIDGenerator()
        return (0..<4).map { _ in generator.next(at: Timestamp(milliseconds: 0)) }
    }()

    private static func none(_: Int, _: TaskID?) -> [TaskID] { [] }

    @Test("a reader gets all tasks, then those that have changed, each once")
    func changes() async {
        var feed = ChangeFeed()
        let (reader, signals) = feed.addReader()
        var iterator = signals.makeAsyncIterator()
        await iterator.next()
        #expect(feed.nextBatch(for: reader) { _, _ in [Self.ids[0]] } == [Self.ids[0]])
        for _ in 0..<100 { feed.markChanged([Self.ids[1], Self.ids[2]]) }
        feed.markChanged([])
        await iterator.next()
        #expect(feed.nextBatch(for: reader, existing: Self.none) == [Self.ids[1], Self.ids[2]])
        #expect(feed.nextBatch(for: reader, existing: Self.none).isEmpty)
        feed.finish()
        #expect(await iterator.next() == nil)
    }

    @Test("a change beside the tasks is a signal for every reader, and no task")
    func signalAll() async {
        var feed = ChangeFeed()
        let (reader, signals) = feed.addReader()
        var iterator = signals.makeAsyncIterator()
        await iterator.next()
        #expect(feed.nextBatch(for: reader, existing: Self.none).isEmpty)
        feed.signalAll()
        await iterator.next()
        #expect(feed.nextBatch(for: reader, existing: Self.none).isEmpty)
    }

    @Test("readers do not affect each other")
    func independence() {
        var feed = ChangeFeed()
        let (first, _) = feed.addReader()
        let (second, signals) = feed.addReader()
        feed.markChanged([Self.ids[3]])
        // The first reader's signals are not read any more.
        #expect(feed.nextBatch(for: first, existing: Self.none).isEmpty)
        #expect(feed.nextBatch(for: second, existing: Self.none) == [Self.ids[3]])
        withExtendedLifetime(signals) {}
    }
}
