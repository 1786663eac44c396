import Glibc
import Testing

@testable import taskdeck_bench

@Suite("The benchmark's readings")
struct ReadingTests {
    @Test(
        "progress is read as a member of the task and of its progress",
        arguments: [
            #"{"tasks":[{"status":"running","done":3},{"status":"paused","done":4}]}"#,
            #"{"tasks":[{"status":"running","progress":{"done":7}},{"status":"queued","progress":null}],"total":2}"#,
        ])
    func listedProgress(body: String) throws {
        let progress = try ListedProgress(body: Array(body.utf8))
        #expect(progress.running == 1)
        #expect(progress.done == 7)
    }

    @Test("a body that is not a list of tasks is an error", arguments: ["", "[]", #"{"tasks":null}"#])
    func noList(body: String) {
        #expect(throws: BenchmarkError.self) { try ListedProgress(body: Array(body.utf8)) }
    }

    @Test("each time a thread blocks is counted as a wake-up")
    func wakeUps() {
        let before = WakeUpCount(of: getpid())
        for _ in 0..<20 { usleep(100) }
        #expect(WakeUpCount(of: getpid()).wakeUps(since: before) >= 20)
    }
}
