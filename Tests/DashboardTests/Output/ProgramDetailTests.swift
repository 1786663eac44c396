import TaskModel
import Testing

@testable import Dashboard

@Suite("A program in the detail")
struct ProgramDetailTests {
    private static func detail(_ change: (inout TaskRecord) -> Void) -> String {
        var script = DashboardScript(Size(width: 100, height: 40))
        var record = DashboardScript.record(1, "command", .running, done: 0, of: 1)
        record.progress.step = nil
        record.output = ProgramOutput()
        change(&record)
        script.add(record)
        script.press(.enter)
        return script.screen
    }

    @Test("the end of the program, its output, and what it left behind")
    func end() {
        let screen = Self.detail { record in
            record.state = .failed
            record.error = "exit code 3: no rule to make target"
            record.exitCode = 3
            record.leftBehind = 2
            record.output = ProgramOutput(bytes: 5_000_000, lines: 81_234, truncated: true, lost: 12)
        }
        for text in [
            "exit code   3\n", "left behind 2 processes, which were ended\n",
            "output      81234 lines, 4.8M; the oldest are dropped; 12 bytes lost\n",
            "exit code 3: no rule to make target\n",
        ] {
            #expect(screen.contains(text))
        }
        #expect(!screen.contains("progress"))
        #expect(Self.detail { $0.signal = "SIGSEGV" }.contains("signal      SIGSEGV\n"))
        #expect(Self.detail { $0.output = ProgramOutput(bytes: 1, lines: 1) }.contains("output      1 line, 1 byte\n"))
        #expect(Self.detail { _ in }.contains("output      nothing\n"))
    }

    @Test("its progress with the time left, once there is some")
    func progress() {
        #expect(!Self.detail { _ in }.contains("progress"))
        let screen = Self.detail { record in
            record.progress = TaskProgress(done: 5, total: 100, step: "encode")
        }
        #expect(screen.contains("progress    5 %, 5 of 100, encode, ~3 min left\n"))
        let early = Self.detail { record in
            record.progress = TaskProgress(done: 5, total: 100)
            record.activeMilliseconds = 1999
        }
        #expect(early.contains("progress    5 %, 5 of 100\n"))
    }
}
