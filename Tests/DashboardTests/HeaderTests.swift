import TaskControl
import TaskModel
import Testing

@testable import Dashboard

@Suite("The header")
struct HeaderTests {
    /// Failures, alone or together.
    struct Failures {
        var storage: StorageFailure?
        var launch: String?
        var isPaused = false
        var silent = 0
        var isEnding = false
    }

    private static func script(
        _ width: Int, _ height: Int = 24, _ failures: Failures, unicode: Bool = true
    ) -> DashboardScript {
        var script = DashboardScript(
            Size(width: width, height: height), capabilities: Capabilities(isUnicode: unicode))
        var records = (1...8).map { DashboardScript.record($0) }
        for index in 0..<failures.silent {
            records[index].notAnsweringSince = Timestamp(milliseconds: DashboardScript.start.milliseconds)
        }
        records += (9...40).map { DashboardScript.record($0, "process_data", .queued, done: 0) }
        records += (41...43).map { DashboardScript.record($0, "process_data", .failed) }
        script.send(
            .tasksChanged(
                TaskChanges(
                    changed: records,
                    queue: QueueStatus(isPaused: failures.isPaused, maxRunning: 8, active: 8, queued: 32),
                    launchFailure: failures.launch, storageFailure: failures.storage)))
        if failures.isEnding { script.send(.shutdownBegun) }
        return script
    }

    private static let allFailures: [(name: String, Failures)] = [
        ("well", Failures()),
        ("full", Failures(storage: .diskFull("database or disk is full"))),
        ("unavailable", Failures(storage: .unavailable("disk I/O error"))),
        ("launch", Failures(launch: "taskdeck-worker: no such file or directory")),
        ("held", Failures(isPaused: true)), ("silent", Failures(silent: 1)),
        (
            "all",
            Failures(storage: .diskFull("database or disk is full"), launch: "no such file", isPaused: true, silent: 2)
        ),
        ("ending", Failures(isEnding: true)),
        ("ending-full", Failures(storage: .diskFull("database or disk is full"), isEnding: true)),
    ]

    @Test("all alarms at several widths", arguments: [20, 40, 80, 120, 200])
    func failures(width: Int) throws {
        var text = ""
        for height in [24, 10] {
            for (name, failures) in Self.allFailures {
                let lines = Self.script(width, height, failures).lines.prefix(height > 14 ? 2 : 1)
                text += "\(name):\n" + lines.joined(separator: "\n") + "\n"
            }
        }
        try Golden.expect(text, is: "header-\(width)")
    }

    @Test("the worst alarm is shown in full at every width", arguments: [true, false])
    func widths(unicode: Bool) {
        for (name, failures) in Self.allFailures.dropFirst() {
            var script = Self.script(200, 24, failures, unicode: unicode)
            let alarms = script.model.alarms
            #expect(!alarms.isEmpty)
            for (width, height) in (Array(20...90) + [100, 120, 150, 200]).flatMap({ [($0, 5), ($0, 24)] }) {
                script.resize(width, height)
                let line = script.lines[0]
                // Only after a word, in a wording made for that.
                let mark = unicode ? "…" : "~"
                let isCutByItself = alarms.contains { $0.wordings.contains { $0.contains(mark) && line.contains($0) } }
                #expect(!line.contains(mark) || isCutByItself, "cut at \(width): \(line)")
                let missing = alarms.filter { alarm in !alarm.wordings.contains { line.contains($0) } }
                // The number of alarms that do not fit is shown.
                if missing.isEmpty { continue }
                #expect(missing.first != alarms.first, "\(name) at \(width): \(line)")
                #expect(line.contains("+\(missing.count)"), "\(name) at \(width): \(line)")
            }
        }
    }

    @Test(
        "a reason that is too long is truncated after a word",
        arguments: [
            (120, "no worker can be started: taskdeck-worker: no such file or directory  http"),
            (72, "no worker can be started: taskdeck-worker: no such file or… "),
            (60, "no worker can be started: taskdeck-worker: no… "), (40, "no worker can be started "),
            (30, "NO WORKERS "),
        ])
    func reasons(width: Int, text: String) {
        let script = Self.script(width, 24, Failures(launch: "taskdeck-worker: no such file or directory"))
        #expect((script.lines[0] + " ").contains(text), "\(script.lines[0])")
    }

    @Test("a long filter is truncated in the header")
    func longFilter() {
        var script = Self.script(160, 24, Failures())
        script.type("&")
        script.send(.input(.paste(String(repeating: "x", count: 50_000))))
        script.press(.enter)
        #expect(script.lines[1].contains("shown: /\(String(repeating: "x", count: 30))…, 43 hidden"))
    }

    @Test("running tasks are counted against the limit, if there is one")
    func limit() {
        #expect(Self.script(120, 24, Failures()).lines[1].contains("● 8 of 8 running"))
        var script = DashboardScript()
        script.add(DashboardScript.record(1))
        #expect(script.lines[1].contains("● 1 running"))
        script.send(
            .tasksChanged(
                TaskChanges(
                    changed: [DashboardScript.record(1, "process_data", .paused)],
                    queue: QueueStatus(maxRunning: 1, active: 1))))
        #expect(script.lines[1].contains("● 0 of 1 running  ‖ 1 paused"))
    }

    @Test("workers that do not answer are counted until they answer, end or are removed")
    func silent() {
        var script = Self.script(120, 24, Failures(silent: 3))
        #expect(script.lines[0].contains("? 3 not answering"))
        var record = DashboardScript.record(1)
        script.add(record)
        #expect(script.lines[0].contains("? 2 not answering"))
        record = DashboardScript.record(2, "process_data", .killed)
        record.notAnsweringSince = record.createdAt
        script.add(record)
        #expect(script.lines[0].contains("? 1 not answering"))
        script.send(.tasksChanged(TaskChanges(removed: [DashboardScript.id(3)])))
        #expect(!script.lines[0].contains("answering"))
    }

    @Test("the second line shows filters and what they hide, tags, and a mouse that is off")
    func scope() throws {
        var script = Self.script(160, 24, Failures())
        #expect(!script.lines[1].contains("shown") && !script.lines[1].contains("mouse"))
        script.type("cm")
        script.press(.home)
        script.type(" &queued")
        script.press(.enter)
        #expect(script.lines[1].contains("1 tagged  shown: not finished · /queued, 11 hidden  mouse off  "))
        script.resize(80, 24)
        try Golden.expect(script.lines.prefix(2).joined(separator: "\n"), is: "header-scope-80")
        script.resize(40, 24)
        #expect(script.lines[1].contains("1 tagged"))
        script.press(.escape, .escape)
        script.type("cm")
        #expect(!script.lines[1].contains("shown") && !script.lines[1].contains("mouse"))
    }

    @Test("unknown memory is not counted as zero")
    func memory() {
        var script = Self.script(120, 24, Failures())
        func usage(_ bytes: Int?...) -> DashboardEvent {
            .usageRead(
                Dictionary(
                    uniqueKeysWithValues: bytes.enumerated().map {
                        (DashboardScript.id($0 + 1), WorkerUsage(cpuSeconds: 1, memoryBytes: $1))
                    }))
        }
        script.send(usage(nil, nil))
        #expect(script.lines[0].hasSuffix("mem —"))
        script.send(usage(20_000_000, nil))
        #expect(script.lines[0].hasSuffix("mem 19M+"))
        script.send(usage(20_000_000, 20_000_000))
        #expect(script.lines[0].hasSuffix("mem 38M"))
    }

    @Test("a recovery of disk or workers is shown as a message, once")
    func recovery() {
        var script = Self.script(120, 24, Failures(storage: .diskFull("full"), launch: "no such file"))
        #expect(script.message == nil)
        script.send(.tasksChanged(TaskChanges(launchFailure: "no such file")))
        #expect(script.message == "tasks can be stored again: new ones are accepted")
        script.send(.tasksChanged(TaskChanges()))
        #expect(script.message == "workers can be started again")
        script.pass(seconds: 7)
        script.send(.tasksChanged(TaskChanges()))
        #expect(script.message == nil)
    }
}
