import JSON
import TaskModel
import Testing
import WorkerProtocol

@testable import ServiceLog
@testable import TaskSupervisor

@Suite("Lines, logs and the status dump")
struct TextTests {
    @Test("bytes are cut into lines however they arrive", arguments: 1...7)
    func lines(chunk: Int) {
        var splitter = LineSplitter(limit: 100)
        let bytes = Array("one\n\nthrée\nrest".utf8)
        var pieces: [LineSplitter.Piece] = []
        for start in stride(from: 0, to: bytes.count, by: chunk) {
            pieces += splitter.feed(bytes[start..<min(start + chunk, bytes.count)])
        }
        #expect(pieces == [.line("one"), .line(""), .line("thrée")])
        #expect(splitter.finish() == "rest")
        #expect(splitter.finish() == nil)
    }

    @Test("a line beyond the limit is told as such, and the next one is whole again")
    func overlong() {
        var splitter = LineSplitter(limit: 3)
        #expect(
            splitter.feed(Array("abc\nabcd\nx\n".utf8)) == [.line("abc"), .overlong("abcd"), .line(""), .line("x")])
    }

    @Test(
        "text from outside cannot steer a terminal",
        arguments: [
            ("plain ü 😀", "plain ü 😀"), ("\u{1B}[31mred", "\\u{1B}[31mred"), ("a\nb\r", "a\\u{A}b\\u{D}"),
            ("\u{7F}\u{9B}", "\\u{7F}\\u{9B}"), ("\u{202E}abc", "\\u{202E}abc"),
        ])
    func visible(text: String, expected: String) {
        #expect(PlainText.visible(text) == expected)
    }

    @Test("only the last lines of a log are kept")
    func tail() {
        var tail = LogTail()
        for number in 0..<1000 { tail.append("\(number)") }
        #expect(tail.lines.count == 200)
        #expect(tail.lines.first == "800")
        #expect(tail.lines.last == "999")
    }

    private func record(_ number: Int, _ state: TaskState) throws -> TaskRecord {
        let id = try #require(TaskID("01ARYZ6S41000000000000000\(number)"))
        var record = TaskRecord(
            id: id, type: "process_data", data: [:], state: state, progress: TaskProgress(done: 1, total: 3),
            createdAt: Timestamp(milliseconds: 1000))
        record.pid = 42
        record.workerPort = 4000
        return record
    }

    @Test("a dump counts all, and shows the living and those that have just finished")
    func dump() throws {
        let now = Timestamp(milliseconds: 8999)
        #expect(StatusReport(counts: [.failed: 0], records: []).lines(at: now) == ["status: no tasks"])
        let report = StatusReport(
            counts: [.completed: 7, .running: 1], records: [try record(1, .completed), try record(2, .running)])
        #expect(
            report.lines(at: now) == [
                "status: 8 tasks: 1 running, 7 completed",
                "  01ARYZ6S410000000000000001 process_data completed 33 % pid 42 port 4000 age 7 s",
                "  01ARYZ6S410000000000000002 process_data running 33 % pid 42 port 4000 age 7 s",
            ])
    }

    @Test("of very many tasks that wait, a dump counts the last ones in one line")
    func dumpOfMany() {
        let now = Timestamp(milliseconds: 0)
        let lines = [1, 99_900].map { count in
            StatusReport(counts: [:], records: [], othersWaiting: count).lines(at: now).last
        }
        #expect(lines == ["  … and 1 more waits", "  … and 99900 more wait"])
        // A thousand tasks are usual, and a dump has them whole.
        #expect(StatusDump.waitingLimit >= 1000)
    }
}
