import JSON
import TaskControl
import TaskModel
import Testing

@testable import Dashboard

@Suite("The selected task beside the table")
struct SideTests {
    private static func wide(_ width: Int = 160, _ height: Int = 40) -> DashboardScript {
        var script = DashboardScript(Size(width: width, height: height))
        script.addOneOfEachState()
        script.commands = []
        return script
    }

    /// Answers all requests for details.
    private static func answerReads(_ script: inout DashboardScript) {
        for task in script.model.tasks.rows.keys { answerRead(of: task, &script) }
    }

    private static func answerRead(of id: TaskID, _ script: inout DashboardScript) {
        guard let record = script.model.tasks.rows[id]?.record else { return }
        script.send(.detailRead(id, TaskDetail(record: record, worker: .unavailable("ended"), log: [])))
    }

    private static func reads(_ script: DashboardScript) -> [String] {
        script.commands.map(\.name).filter { $0.hasPrefix("detail") }
    }

    @Test("it is shown from 150 columns on", arguments: [(149, false), (150, true), (200, true), (300, true)])
    func width(width: Int, isShown: Bool) {
        let script = Self.wide(width)
        #expect((script.model.side != nil) == isShown)
        #expect(script.screen.contains("Output") == isShown)
        #expect(script.model.layout.table.width + script.model.layout.side.width == width)
    }

    @Test(
        "result and data use all free rows, and the other rows are counted, at every height"
    )
    func rows() {
        var script = DashboardScript(Size(width: 160, height: 40))
        var record = DashboardScript.record(1, "process_data", .completed, done: 4)
        func text(_ word: String, _ count: Int) -> JSONText {
            ["text": .string((1...count).map { "\(word) \($0)." }.joined(separator: "\n"))]
        }
        (record.result, record.data) = (text("out", 40), text("in", 30))
        script.add(record)
        for height in [100, 60, 40, 24, 14, 40, 100] {
            script.resize(160, height)
            guard let side = script.model.side else {
                Issue.record("nothing is shown at \(height)")
                continue
            }
            for (word, count) in [("out", 40), ("in", 30)] {
                let lines = side.text.lines(from: 0, count: 1000).compactMap { entry -> String? in
                    if case .text(_, let text, _) = entry.line { String(text) } else { nil }
                }
                let shown = lines.count { $0.hasPrefix("  \(word) ") }
                #expect(shown >= min(count, 10))
                guard shown < count else { continue }
                #expect(lines.contains("… \(count - shown) more lines (Enter)"))
            }
            #expect(side.text.count <= max(script.model.layout.sideLines, 40))
            if height == 100 { #expect(!script.screen.contains("more lines")) }
            if height == 60 { #expect(side.text.count == script.model.layout.sideLines) }
        }
    }

    @Test("it follows the selection, and Enter opens the whole detail")
    func following() {
        var script = Self.wide()
        script.press(.home)
        for _ in 0..<9 {
            #expect(script.model.side?.id == script.selection)
            script.press(.down)
        }
        script.press(.enter)
        #expect(script.model.detailedTask == script.selection)
    }

    @Test("a fast selection has one pending request, and at most one a second")
    func asking() {
        var script = Self.wide()
        Self.answerReads(&script)
        script.pass(seconds: 2)
        script.commands = []
        script.keys("jjjkkkjjj")
        #expect(Self.reads(script).count <= 1)
        Self.answerReads(&script)
        let before = Self.reads(script).count
        script.keys("jjkkjj")
        #expect(Self.reads(script).count == before)
        // No request while one is pending.
        script.commands = []
        script.pass(seconds: 5)
        #expect(Self.reads(script).count == 1)
    }

    @Test("a finished task is read once, and none while the side is covered")
    func resting() {
        var script = Self.wide()
        script.press(.home)
        for _ in 0..<3 {
            script.pass(seconds: 2)
            for command in script.commands {
                if case .readDetail(let id) = command { Self.answerRead(of: id, &script) }
            }
        }
        script.commands = []
        #expect(script.selection.flatMap { script.model.tasks.rows[$0] }?.record.state.isFinal == true)
        script.pass(seconds: 5)
        #expect(Self.reads(script).isEmpty)
        script.keys("?")
        script.press(.down)
        script.pass(seconds: 5)
        #expect(Self.reads(script).isEmpty)
    }

    @Test("what could not be read is read again, also of a finished task")
    func repeated() throws {
        var script = Self.wide()
        script.press(.home)
        script.pass(seconds: 2)
        let id = try #require(script.selection)
        #expect(script.model.tasks.rows[id]?.record.state.isFinal == true)
        for _ in 0..<3 {
            script.commands = []
            script.send(.detailRead(id, nil))
            #expect(Self.reads(script).isEmpty)
            script.pass(seconds: 2)
            #expect(Self.reads(script).count == 1)
        }
    }

    @Test("the wheel scrolls it instead of the table")
    func wheel() throws {
        var script = Self.wide(160, 20)
        var record = DashboardScript.record(9, "generate_report", .killed)
        record.result = nil
        record.data = JSONText(["rows": .array((0..<40).map { .string("a row of some length, number \($0)") })])
        script.send(.tasksChanged(TaskChanges(removed: [record.id])))
        record.id = DashboardScript.id(20)
        script.add(record)
        script.press(.home)
        try #require(script.selection == record.id)
        let top = script.model.side?.top ?? 0
        script.send(.input(.mouse(MouseEvent(.wheelDown, at: Position(x: 150, y: 8)))))
        #expect((script.model.side?.top ?? 0) > top)
        #expect(script.selection == record.id)
        script.press(.down)
        #expect(script.model.side?.top == 0)
    }

    @Test("large data and results are not shown beside the table")
    func large() {
        var script = Self.wide()
        var record = DashboardScript.record(20, "process_data", .completed, done: 4)
        record.result = JSONText(["text": .string(String(repeating: "x", count: 1_000_000))])
        script.add(record)
        script.press(.home)
        #expect(script.screen.contains("977K; Enter shows it"))
        #expect(!script.screen.contains("xxxx"))
    }

    @Test("in the detail [ and ] show the neighbors in the table, up to its ends")
    func neighbors() {
        var script = DashboardScript(Size(width: 100, height: 30))
        script.add(DashboardScript.record(1), DashboardScript.record(2), DashboardScript.record(3))
        script.press(.home, .enter)
        #expect(script.model.detailedTask == DashboardScript.id(3))
        script.keys("]]")
        #expect(script.model.detailedTask == DashboardScript.id(1))
        #expect(script.selection == DashboardScript.id(1))
        script.keys("]")
        #expect(script.message == "it is the last task of the table")
        script.keys("[[[")
        #expect(script.model.detailedTask == DashboardScript.id(3))
        #expect(script.message == "it is the first task of the table")
    }

    @Test("the detail of a removed task closes with a message")
    func removal() {
        var script = DashboardScript(Size(width: 100, height: 30))
        script.add(DashboardScript.record(1, "process_data", .completed), DashboardScript.record(2))
        script.press(.end, .enter)
        script.send(.tasksChanged(TaskChanges(removed: [DashboardScript.id(1)])))
        #expect(script.model.detailedTask == nil)
        #expect(script.message == "…P00001 is not kept any more")
    }

    @Test(
        "queue position and reason are up to date, as in the table", arguments: [(160, ""), (100, "⏎")])
    func queue(width: Int, keys: String) {
        var script = DashboardScript(Size(width: width, height: 40))
        var waiting = (1...3).map { DashboardScript.record($0, "process_data", .queued) }
        for index in waiting.indices {
            waiting[index].queuePosition = index + 1
            waiting[index].reason = .noSlot(limit: 1, paused: 0, ahead: index)
        }
        let queue = QueueStatus(maxRunning: 1, active: 1, queued: 3)
        script.send(.tasksChanged(TaskChanges(changed: waiting, queue: queue)))
        script.press(.home)
        script.keys(keys)
        #expect(script.lines.contains { $0.contains("queue ") && $0.contains("number 3") })
        // No event about the other tasks.
        script.send(.tasksChanged(TaskChanges(changed: [DashboardScript.record(1)], queue: queue)))
        script.pass(seconds: 1)
        #expect(script.lines.contains { $0.contains("queue ") && $0.contains("number 2") })
        #expect(script.screen.contains("1 task is before it"))
        #expect(!script.screen.contains("2 tasks are before it"))
    }

    @Test("the running time counts up between updates")
    func time() {
        for (width, keys) in [(100, "⏎"), (160, "")] {
            var script = DashboardScript(Size(width: width, height: 30))
            script.add(DashboardScript.record(1))
            script.keys(keys)
            #expect(script.lines.contains { $0.contains("running  ") && $0.contains("00:00:10") })
            script.pass(seconds: 5)
            #expect(script.lines.contains { $0.contains("running  ") && $0.contains("00:00:15") })
        }
    }
}
