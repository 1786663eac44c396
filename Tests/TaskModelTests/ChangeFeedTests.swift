import TaskModel
import Testing

@Suite("Who is told of changes", .timeLimit(.minutes(3)))
struct ChangeFeedTests {
    private static let ids: [TaskID] = {
        var generator = TaskIDGenerator()
        return (0..<4).map { _ in generator.next(at: Timestamp(milliseconds: 0)) }
    }()

    @Test("a reader hears of what there is, then of what has changed, each task once")
    func changes() async {
        var feed = ChangeFeed()
        let (reader, signals) = feed.addReader(knowing: [Self.ids[0]])
        var iterator = signals.makeAsyncIterator()
        await iterator.next()
        #expect(feed.take(for: reader) == [Self.ids[0]])
        for _ in 0..<100 { feed.note([Self.ids[1], Self.ids[2]]) }
        feed.note([])
        await iterator.next()
        #expect(feed.take(for: reader) == [Self.ids[1], Self.ids[2]])
        #expect(feed.take(for: reader).isEmpty)
        feed.finish()
        #expect(await iterator.next() == nil)
    }

    @Test("a reader takes nothing away from another")
    func independence() {
        var feed = ChangeFeed()
        let (first, _) = feed.addReader(knowing: [])
        let (second, signals) = feed.addReader(knowing: [])
        feed.note([Self.ids[3]])
        // Nobody listens to the first one's signals any more.
        #expect(feed.take(for: first).isEmpty)
        #expect(feed.take(for: second) == [Self.ids[3]])
        withExtendedLifetime(signals) {}
    }
}
