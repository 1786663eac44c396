import NIOConcurrencyHelpers
import NIOPosix
import TaskTypes
import Testing

@testable import TaskWorker

@Suite("The pause point of the working thread", .timeLimit(.minutes(15)))
struct PausePointTests {
    /// What was reported, in order.
    private final class Reports: Sendable {
        private let box = NIOLockedValueBox<[String]>([])
        var all: [String] { box.withLockedValue { $0 } }
        func add(_ report: String) { box.withLockedValue { $0.append(report) } }
    }

    @Test("a thread that passes is paused and resumed; each is reported once")
    func passing() async throws {
        let point = PausePoint()
        let reports = Reports()
        try point.pass { reports.add("unexpected") }
        // No thread is there to be paused.
        point.pause { reports.add("unexpected") }
        point.resume { reports.add("unexpected") }
        point.pause { reports.add("unexpected") }
        let pauses = AsyncStream<Void>.makeStream()
        async let passing: Void? = NIOThreadPool.singleton.runIfActive {
            try point.pass {
                reports.add("paused")
                pauses.continuation.finish()
            }
            reports.add("passed")
        }
        for await _ in pauses.stream {}
        point.pause { reports.add("unexpected") }
        point.resume { reports.add("resumed") }
        try await passing
        #expect(reports.all == ["paused", "resumed", "passed"])
    }

    @Test("a thread that waits is paused and resumed any number of times; each is reported once, if at all")
    func waiting() async throws {
        let point = PausePoint()
        let reports = Reports()
        async let waiting: Void? = NIOThreadPool.singleton.runIfActive {
            do {
                while true {
                    _ = point.wait(atMost: .seconds(100))
                    try point.pass { reports.add("paused") }
                }
            } catch {}
        }
        for _ in 0..<5000 {
            point.pause { reports.add("paused") }
            point.resume { reports.add("resumed") }
        }
        point.stop()
        try await waiting
        let all = reports.all
        #expect(all.count.isMultiple(of: 2))
        #expect(all == (0..<all.count).map { $0.isMultiple(of: 2) ? "paused" : "resumed" })
    }

    @Test("once it is stopped no thread passes, nor is paused")
    func stopped() throws {
        let point = PausePoint()
        point.stop()
        point.pause { Issue.record("a pause") }
        point.resume { Issue.record("a resumption") }
        #expect(throws: WorkError.stopped) { try point.pass { Issue.record("a pause") } }
    }
}
