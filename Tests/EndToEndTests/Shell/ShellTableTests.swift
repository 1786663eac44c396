import Dashboard
import TaskModel
import Testing

@testable import taskdeck

@Suite("What verbs print")
struct ShellTableTests {
    private static func time(_ text: String) throws -> Timestamp { try #require(Timestamp(text)) }

    private static func now() throws -> Timestamp { try time("2026-11-24T12:00:00Z") }

    private static func records() throws -> [TaskRecord] {
        func record(_ id: String, _ type: String, _ title: String, _ state: TaskState) throws -> TaskRecord {
            var record = TaskRecord(
                id: try #require(TaskID(id)), type: type, data: nil, state: state,
                progress: TaskProgress(done: 0, total: 8), createdAt: try time("2026-11-24T11:00:00Z"))
            record.title = title
            return record
        }
        var running = try record("01JDEZ8M1VQ3T5B9X7CKPA2RWH", "process_data", "invoices, orders +4, 12 s", .running)
        running.progress = TaskProgress(done: 3, total: 8, step: "item 4 of 8")
        running.startedAt = try time("2026-11-24T11:59:00Z")
        running.activeMilliseconds = 61_000
        var failed = try record("01JDEZ8M1VQ3T5B9X7CKPA2RWJ", "command", "make \u{1B}[31m-j4 東京", .failed)
        failed.error = "exit code 2"
        var queued = try record("01JDEZ8M1VQ3T5B9X7CKPA2RWK", "command", "sleep 9", .queued)
        queued.reason = .queuePaused
        return [running, failed, queued]
    }

    private static func lines(width: Int?, hasColor: Bool = false, isUnicode: Bool = true) throws -> String {
        TaskListText.lines(
            try records(), ShellTerminal(width: width, hasColor: hasColor, isUnicode: isUnicode),
            at: try now(), in: .utc
        ).joined(separator: "\n")
    }

    @Test("a list for a pipe has everything in full")
    func pipe() throws {
        #expect(
            try Self.lines(width: nil) == """
                ID                          STATE    DONE   ELAPSED  CREATED  TYPE          TITLE                      STEP / WHY
                01JDEZ8M1VQ3T5B9X7CKPA2RWH  running  37 %  00:01:01  11:00    process_data  invoices, orders +4, 12 s  item 4 of 8
                01JDEZ8M1VQ3T5B9X7CKPA2RWJ  failed    0 %            11:00    command       make \u{FFFD}[31m-j4 東京         exit code 2
                01JDEZ8M1VQ3T5B9X7CKPA2RWK  queued                   11:00    command       sleep 9                    the queue is held
                """)
    }

    @Test("on a terminal texts are truncated, then columns are left out")
    func terminal() throws {
        #expect(
            try Self.lines(width: 100) == """
                ID      STATE    DONE   ELAPSED  CREATED  TYPE          TITLE                      STEP / WHY
                PA2RWH  running  37 %  00:01:01  11:00    process_data  invoices, orders +4, 12 s  item 4 of 8
                PA2RWJ  failed    0 %            11:00    command       make \u{FFFD}[31m-j4 東京         exit code 2
                PA2RWK  queued                   11:00    command       sleep 9                    the queue is held
                """)
        #expect(
            try Self.lines(width: 60) == """
                ID      STATE    DONE  TYPE          TITLE       STEP / WHY
                PA2RWH  running  37 %  process_data  invoices,…  item 4 of 8
                PA2RWJ  failed    0 %  command       make \u{FFFD}[31…  exit code 2
                PA2RWK  queued         command       sleep 9     the queue …
                """)
        #expect(
            try Self.lines(width: 30) == """
                ID      STATE    TITLE
                PA2RWH  running  invoices, or…
                PA2RWJ  failed   make \u{FFFD}[31m-j…
                PA2RWK  queued   sleep 9
                """)
        #expect(
            try Self.lines(width: 60, isUnicode: false).contains("\nPA2RWJ  failed    0 %  command       make ?[31~  "))
    }

    @Test("no line ends with blanks, and times are local on a terminal")
    func reasons() throws {
        var records = try Self.records()
        records[0].progress.step = nil
        records[2].reason = .notBefore(try Self.time("2026-11-27T06:00:00Z"))
        let now = try Self.now()
        let zone = LocalTime { _ in 3600 }
        let shown = TaskListText.lines(
            records, ShellTerminal(width: 120, hasColor: false, isUnicode: true), at: now, in: zone)
        #expect(shown.allSatisfy { !$0.hasSuffix(" ") })
        #expect(shown[3].hasSuffix("not before Fri 27 Nov 07:00"))
        let piped = TaskListText.lines(
            records, ShellTerminal(width: nil, hasColor: false, isUnicode: true), at: now, in: zone)
        #expect(piped[3].hasSuffix("not before 2026-11-27T06:00:00Z"))
    }

    @Test("states have colors where there are any", arguments: [20, 40, 80, 200])
    func colors(width: Int) throws {
        let colored = try Self.lines(width: width, hasColor: true)
        #expect(colored.contains("\u{1B}[36mrunning\u{1B}[0m"))
        var plain = colored
        for code in ["0", "1", "2", "31", "33", "36"] { plain = plain.replacing("\u{1B}[\(code)m", with: "") }
        #expect(try plain == Self.lines(width: width))
        for line in plain.split(separator: "\n") { #expect(FittedText.width(line, isUnicode: true) <= max(width, 20)) }
    }

    @Test("ids are as long as it takes to tell them apart")
    func shortIDs() throws {
        let ids = try ["01JDEZ8M1VQ3T5B9X7CKPA2RWH", "01JDEZ8M1VQ3T5B9X7CMPA2RWH"].map { try #require(TaskID($0)) }
        #expect(TaskLookup.shortLength(of: ids) == 7)
        #expect(TaskLookup.shortLength(of: [ids[0]]) == 6)
        #expect(TaskLookup.shortLength(of: []) == 6)
    }

    @Test("ids are found in a list of summaries, and not in texts")
    func idsInList() throws {
        let list =
            #"{"tasks":[{"name":"\"task_id\":\"01JDEZ8M1VQ3T5B9X7CKPA2RWX\"","task_id":"01JDEZ8M1VQ3T5B9X7CKPA2RWH"}]}"#
        #expect(try TaskLookup.ids(in: Array(list.utf8)).map(\.description) == ["01JDEZ8M1VQ3T5B9X7CKPA2RWH"])
    }

    @Test("an answer that is no list of tasks is no empty list", arguments: ["<html>", "[]", "", #"{"total":0}"#])
    func noList(answer: String) {
        #expect(throws: TaskError.self) { try TaskLookup.ids(in: Array(answer.utf8)) }
    }

    @Test(
        "the exit code of a task is that of its program where that has decided",
        arguments: [
            (.completed, 7, nil, 0), (.failed, 3, nil, 3), (.failed, 0, nil, 1), (.failed, nil, "SIGSEGV", 139),
            (.failed, nil, nil, 1), (.terminated, 0, nil, 143), (.killed, nil, "SIGKILL", 137),
        ] as [(TaskState, Int32?, String?, Int32)])
    func exitCodes(state: TaskState, code: Int32?, signal: String?, status: Int32) throws {
        var record = try Self.records()[0]
        (record.state, record.exitCode, record.signal) = (state, code, signal)
        #expect(record.exitStatus == status)
    }

    @Test("records of a log are read from any pieces", arguments: [1, 7, 64, 1000])
    func logRecords(piece: Int) {
        let log =
            "2026-11-25T22:36:30.038123456Z stdout F a  b\n2026-11-25T22:36:30.038123456Z stderr P \n"
            + "2026-11-25T22:36:31.038123456Z stdout F \nincomplete"
        var (records, rest) = (LogRecords(), Array(log.utf8)[...])
        var found: [String] = []
        while !rest.isEmpty {
            for record in records.append(Array(rest.prefix(piece))) {
                found.append(
                    "\(record.stream.name) \(record.isPartial) \(String(decoding: record.text, as: UTF8.self))")
            }
            rest = rest.dropFirst(piece)
        }
        #expect(found == ["stdout false a  b", "stderr true ", "stdout false "])
    }
}
