import Testing

@testable import TaskAPI

@Suite("How long a connection may take")
struct ConnectionClockTests {
    private enum Event {
        case bytes, head, end, answer
    }

    @Test(
        "what is waited for, and what happens when it does not come",
        arguments: [
            ([], 60, .close), ([.bytes], 10, .refuse), ([.bytes, .bytes], 10, .refuse),
            ([.bytes, .head], 30, .failBody),
            ([.bytes, .head, .bytes], 30, .failBody), ([.bytes, .head, .end], nil, .close),
            ([.bytes, .head, .end, .bytes], nil, .close), ([.bytes, .head, .end, .answer], 60, .close),
            ([.bytes, .head, .end, .answer, .bytes], 10, .refuse), ([.bytes, .head, .answer], 30, .close),
            ([.bytes, .head, .answer, .end], 60, .close), ([.answer], 60, .close), ([.end], 60, .close),
        ] as [([Event], Int?, ConnectionClock.Expiry)])
    private func phases(events: [Event], seconds: Int?, expiry: ConnectionClock.Expiry) {
        var clock = ConnectionClock(limits: ConnectionLimits())
        for event in events {
            switch event {
            case .bytes: _ = clock.bytesCame()
            case .head: _ = clock.headCame()
            case .end: _ = clock.requestEnded()
            case .answer: _ = clock.answerEnded()
            }
        }
        #expect(clock.limit == seconds.map { .seconds($0) })
        #expect(clock.expire() == expiry)
    }

    @Test("bytes that trickle in do not make the time begin anew")
    func trickle() {
        var clock = ConnectionClock(limits: ConnectionLimits())
        let first = clock.bytesCame()
        let second = clock.bytesCame()
        #expect(first)
        #expect(!second)
        _ = clock.headCame()
        let inBody = clock.bytesCame()
        #expect(!inBody)
    }
}
