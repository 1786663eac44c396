import NIOConcurrencyHelpers
import NIOPosix
import TaskTypes
import Testing

@testable import TaskWorker

@Suite("The gate that the working thread passes", .timeLimit(.minutes(3)))
struct GateTests {
    /// What was told, in order.
    private final class Notes: Sendable {
        private let box = NIOLockedValueBox<[String]>([])
        var all: [String] { box.withLockedValue { $0 } }
        func add(_ note: String) { box.withLockedValue { $0.append(note) } }
    }

    @Test("who passes is held, and goes on when released; each is told once")
    func passing() async throws {
        let gate = Gate()
        let notes = Notes()
        try gate.pass { notes.add("unasked") }
        // Nobody stands there who could be told of.
        gate.hold { notes.add("unasked") }
        gate.release { notes.add("unasked") }
        gate.hold { notes.add("unasked") }
        let stands = AsyncStream<Void>.makeStream()
        async let passing: Void? = NIOThreadPool.singleton.runIfActive {
            try gate.pass {
                notes.add("stands")
                stands.continuation.finish()
            }
            notes.add("passed")
        }
        for await _ in stands.stream {}
        gate.hold { notes.add("unasked") }
        gate.release { notes.add("goes") }
        try await passing
        #expect(notes.all == ["stands", "goes", "passed"])
    }

    @Test("who waits is held and released as often as anybody likes, and every time told once, if at all")
    func waiting() async throws {
        let gate = Gate()
        let notes = Notes()
        async let waiting: Void? = NIOThreadPool.singleton.runIfActive {
            do {
                while true {
                    _ = gate.wait(atMost: .seconds(100))
                    try gate.pass { notes.add("stands") }
                }
            } catch {}
        }
        for _ in 0..<5000 {
            gate.hold { notes.add("stands") }
            gate.release { notes.add("goes") }
        }
        gate.close()
        try await waiting
        let all = notes.all
        #expect(all.count.isMultiple(of: 2))
        #expect(all == (0..<all.count).map { $0.isMultiple(of: 2) ? "stands" : "goes" })
    }

    @Test("once it is shut nobody passes, nor is held any more")
    func shut() throws {
        let gate = Gate()
        gate.close()
        gate.hold { Issue.record("nobody stands here") }
        gate.release { Issue.record("nobody goes on here") }
        #expect(throws: WorkError.stopped) { try gate.pass { Issue.record("nobody stands here") } }
    }
}
