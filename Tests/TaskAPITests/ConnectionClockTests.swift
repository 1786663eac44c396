import Testing

@testable import TaskAPI

@Suite("Time limits of a connection")
struct ConnectionClockTests {
    private enum Event {
        case bytes, head, end, answer
    }

    @Test(
        "each part of a request has a time limit, with an action when it expires",
        arguments: [
            ([], 60, .close), ([.bytes], 10, .refuse), ([.bytes, .bytes], 10, .refuse),
            ([.bytes, .head], 30, .failBody),
            ([.bytes, .head, .bytes], 30, .failBody), ([.bytes, .head, .end], nil, .close),
            ([.bytes, .head, .end, .answer], 60, .close),
            ([.bytes, .head, .end, .answer, .bytes], 10, .refuse), ([.bytes, .head, .answer], 30, .close),
            ([.bytes, .head, .answer, .end], 60, .close), ([.answer], 60, .close), ([.end], 60, .close),
            // A second request, in every part of it, while the first one is unanswered.
            ([.bytes, .head, .end, .bytes], nil, .refuse), ([.bytes, .head, .end, .bytes, .head], nil, .close),
            ([.bytes, .head, .end, .bytes, .head, .end], nil, .close),
            // With the first answer the time of the second request starts, or its answer is due.
            ([.bytes, .head, .end, .bytes, .answer], 10, .refuse),
            ([.bytes, .head, .end, .bytes, .head, .answer], 30, .failBody),
            ([.bytes, .head, .end, .bytes, .head, .end, .answer], nil, .close),
            ([.bytes, .head, .end, .bytes, .head, .end, .answer, .answer], 60, .close),
            ([.bytes, .head, .end, .bytes, .head, .answer, .answer], 30, .close),
        ] as [([Event], Int?, ConnectionClock.Expiry)])
    private func phases(events: [Event], seconds: Int?, expiry: ConnectionClock.Expiry) {
        var clock = ConnectionClock(limits: ConnectionLimits())
        for event in events {
            switch event {
            case .bytes: _ = clock.bytesArrived()
            case .head: _ = clock.headArrived()
            case .end: _ = clock.requestEnded()
            case .answer: _ = clock.answerEnded()
            }
        }
        #expect(clock.limit == seconds.map { .seconds($0) })
        if seconds != nil { #expect(clock.expire() == expiry) }
    }

    @Test("the time for a second request's body begins when the first one is answered")
    func turn() {
        var clock = ConnectionClock(limits: ConnectionLimits())
        for _ in 0..<2 {
            _ = clock.bytesArrived()
            _ = clock.headArrived()
            if clock.owed == 1 { _ = clock.requestEnded() }
        }
        let isItsTurn = clock.answerEnded()
        #expect(isItsTurn)
        // Answered ahead of its end, it has no more time than before.
        let isRenewed = clock.answerEnded()
        #expect(!isRenewed)
    }

    @Test("bytes that trickle in do not make the time begin anew")
    func trickle() {
        var clock = ConnectionClock(limits: ConnectionLimits())
        let first = clock.bytesArrived()
        let second = clock.bytesArrived()
        #expect(first)
        #expect(!second)
        _ = clock.headArrived()
        let inBody = clock.bytesArrived()
        #expect(!inBody)
    }
}
