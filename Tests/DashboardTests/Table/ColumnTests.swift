import TaskControl
import TaskModel
import Testing

@testable import Dashboard

@Suite("The columns of the table")
struct ColumnTests {
    private static func heading(_ script: DashboardScript) -> String {
        script.lines.first { $0.contains("STATE") } ?? ""
    }

    @Test("titles distinguish tasks of one type, and times show when they ran")
    func titlesAndTimes() throws {
        var script = DashboardScript(Size(width: 120, height: 24))
        script.addOneOfEachState()
        #expect(Self.heading(script).contains("TITLE"))
        #expect(script.screen.contains("detailed, 30 s"))
        let row = try #require(script.lines.first { $0.contains("failed") && $0.contains("…P00007") })
        #expect(row.contains("07:00     07:00"))
        #expect(row.contains("the worker exited"))
        script.type("C")
        #expect(script.lines.contains { $0.contains("…P00007") && $0.contains("12m ago   12m ago") })
        try Golden.expect(script.screen, is: "ages-120x24")
    }

    @Test("port and queue position are not columns; finished tasks show no pid")
    func columns() {
        var script = DashboardScript(Size(width: 300, height: 24))
        script.addOneOfEachState()
        #expect(!Self.heading(script).contains("PORT") && !Self.heading(script).contains("QUEUE"))
        #expect(script.lines.contains { $0.contains("● running") && $0.contains(" 4703 ") })
        for number in 6...9 { #expect(!script.screen.contains(" \(4700 + number) ")) }
    }

    @Test("the column that rows are sorted by is shown at every width")
    func sorted() {
        for column in TaskColumn.allCases {
            for width in [44, 60, 80, 96, 120] {
                let columns = ColumnLayout(width: width, using: TaskColumn.optional, sortedBy: column).columns
                #expect(columns.contains { $0.column == column }, "\(column) in \(width) cells")
                #expect(columns.contains { $0.column == .state } && columns.contains { $0.column == .id })
            }
        }
        // An unused column is not shown.
        #expect(!ColumnLayout(width: 120, using: [], sortedBy: .timeout).columns.contains { $0.column == .timeout })
        var script = DashboardScript(Size(width: 60, height: 20))
        script.addOneOfEachState()
        script.type("M")
        #expect(Self.heading(script).contains("MEM▼"))
    }

    @Test("unknown values come last in either direction", arguments: [TaskColumn.memory, .ended, .started, .pid])
    func unknown(column: TaskColumn) {
        var script = DashboardScript()
        script.addOneOfEachState()
        for _ in 1...2 {
            script.send(.input(.key(.character("s"))))
            script.press(.home)
            for _ in 0..<(TaskColumn.allCases.firstIndex(of: column) ?? 0) { script.press(.down) }
            script.press(.enter)
            let keys = script.model.tasks.order.compactMap { script.model.tasks.rows[$0] }.map {
                column.key(of: $0, at: .zero, queuePosition: nil)
            }
            #expect(keys.drop { $0 != .unknown }.allSatisfy { $0 == .unknown })
            #expect(keys.contains { $0 != .unknown } && keys.last == .unknown)
        }
    }

    @Test("a queue position is never truncated")
    func places() {
        var script = DashboardScript(Size(width: 80, height: 24))
        let records = (1...1000).map { number in
            var record = DashboardScript.record(number, "process_data", .queued, done: 0)
            record.queuePosition = number
            return record
        }
        script.send(.tasksChanged(TaskChanges(changed: records)))
        #expect(script.lines.contains { $0.contains("…P00999") && $0.contains("○ queued 999 ") })
        #expect(script.lines.contains { $0.contains("…P01000") && $0.contains("○ queued   ") })
    }

    @Test("sort keys sort, the second time in reverse, and the menu shows them")
    func sorting() throws {
        for column in TaskColumn.allCases {
            guard let key = column.key else { continue }
            var script = DashboardScript()
            script.addOneOfEachState()
            let before = script.model.tasks.isDescending
            script.press(key)
            #expect(script.model.tasks.sortColumn == column)
            #expect(script.model.tasks.isDescending == (column == .id ? !before : column.beginsWithGreatest))
            let isDescending = script.model.tasks.isDescending
            script.press(key)
            #expect(script.model.tasks.isDescending != isDescending)
            script.type("s")
            script.press(key)
            #expect(script.model.overlays.isEmpty)
            #expect(script.model.tasks.isDescending == isDescending)
        }
        #expect(
            Set(TaskColumn.allCases.compactMap(\.key)).isDisjoint(
                with: DashboardAction.allCases.flatMap(\.binding.keys)))
        #expect(
            DashboardAction.sortDirectly.binding.label.split(separator: " ").count
                == TaskColumn.allCases.count { $0.key != nil })
    }

    @Test("function keys are those of htop")
    func functionKeys() {
        var script = DashboardScript()
        script.add(DashboardScript.record(1))
        script.commands = []
        script.press(.function(1))
        if case .help? = script.model.overlays.last {} else { Issue.record("no help") }
        script.press(.escape, .function(6))
        if case .menu? = script.model.overlays.last {} else { Issue.record("no menu") }
        script.press(.escape, .function(9))
        #expect(script.screen.contains("Kill this task?"))
        script.press(.escape, .function(4))
        #expect(script.model.filterField != nil)
        script.press(.escape, .function(5))
        #expect(script.model.logIsFull)
        script.press(.function(5), .function(10))
        #expect(script.screen.contains("Quit taskdeck?"))
    }

    @Test("the time since a worker stopped answering counts up, in short form in a narrow column")
    func silence() throws {
        var script = DashboardScript(Size(width: 120, height: 24))
        var record = DashboardScript.record(1)
        record.notAnsweringSince = Timestamp(milliseconds: DashboardScript.start.milliseconds + 740_000)
        record.reason = .notAnswering(since: record.startedAt ?? record.createdAt, isStopped: true)
        script.add(record, DashboardScript.record(2))
        #expect(script.screen.contains("? not answering 14 s"))
        script.pass(seconds: 2)
        #expect(script.screen.contains("? not answering 16 s"))
        #expect(script.lines.contains { $0.contains("? not answering 16 s") && $0.contains("stopped by a") })
        try Golden.expect(script.screen, is: "silent-120x24")
        script.resize(40, 12)
        #expect(script.screen.contains("? silent 16s"))
        script.type("/not answering")
        #expect(script.model.tasks.order == [DashboardScript.id(1)])
        script.press(.escape)
        script.add(DashboardScript.record(1, "process_data", .failed))
        #expect(!script.screen.contains("silent"))
        #expect(script.model.silentTasks.isEmpty)
    }

    @Test("a reason loses its parenthesis before it is truncated")
    func reasons() {
        var script = DashboardScript(Size(width: 120, height: 24))
        var record = DashboardScript.record(1, "process_data", .queued, done: 0)
        record.options.notBefore = Timestamp(milliseconds: DashboardScript.start.milliseconds + 7 * 86_400_000)
        script.add(record)
        let row = script.lines.first { $0.contains("○ queued") } ?? ""
        #expect(row.contains("until Tue 1 Dec 07:00 ") && !row.contains("…  "))
        #expect(script.lines.contains { $0.contains("until Tue 1 Dec 07:00 (in 6 d 23 h)") })
    }

    @Test(
        "the first screen shows a complete command that works",
        arguments: [
            ("http://127.0.0.1:8000", 80, "curl --json '{\"task_type\": \"cpu_intensive\"}' localhost:8000/tasks"),
            ("http://0.0.0.0:9", 80, "curl --json '{\"task_type\": \"cpu_intensive\"}' localhost:9/tasks"),
            ("http://192.168.100.200:65535", 80, "' 192.168.100.200:65535/tasks"),
            ("http://[2001:db8:0:1:1:1:1:1]:18000", 80, "  [2001:db8:0:1:1:1:1:1]:18000/tasks"),
            ("unix:/srv/a b/api.sock", 80, "  --unix-socket '/srv/a b/api.sock' localhost/tasks"),
            ("http://127.0.0.1:8000", 60, "  localhost:8000/tasks"), ("http://127.0.0.1:8000", 40, nil),
        ] as [(String, Int, String?)])
    func hint(address: String, width: Int, command: String?) {
        var script = DashboardScript(Size(width: width, height: 24))
        script.send(.listening(address))
        #expect(script.screen.contains("curl") == (command != nil))
        if let command { #expect(script.lines.contains { $0.hasSuffix(command) }) }
        #expect(!script.lines[2...5].contains { $0.contains("…") })
    }
}
