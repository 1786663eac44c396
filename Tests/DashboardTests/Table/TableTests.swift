import TaskControl
import TaskModel
import Testing

@testable import Dashboard

@Suite("The table")
struct TableTests {
    private static func tasks(_ count: Int, height: Int = 30) -> DashboardScript {
        var script = DashboardScript(Size(width: 120, height: height))
        script.send(.tasksChanged(TaskChanges(changed: (1...count).map { DashboardScript.record($0) })))
        return script
    }

    private func numbers(_ script: DashboardScript) -> [Int] {
        script.model.tasks.order.compactMap { Int($0.description.suffix(5)) }
    }

    @Test("the newest tasks come first, and appear by themselves")
    func order() {
        var script = Self.tasks(3)
        #expect(numbers(script) == [3, 2, 1])
        script.add(DashboardScript.record(4))
        #expect(numbers(script) == [4, 3, 2, 1])
    }

    @Test("the selection stays on its task while rows are added, removed and sorted")
    func selection() {
        var script = Self.tasks(50)
        script.press(.down, .down)
        let selected = script.selection
        for number in 51...90 {
            script.add(DashboardScript.record(number))
            #expect(script.selection == selected)
            #expect(script.screen.contains("▸ …P00048"))
        }
        script.type("S")
        #expect(script.selection == selected)
        script.type("/P0004")
        #expect(script.selection == selected)
        script.press(.escape)
        #expect(script.selection == selected)
        #expect(script.screen.contains("▸ …P00048"))
    }

    @Test("rows inserted above do not move a scrolled screen")
    func anchor() {
        var script = Self.tasks(100)
        for _ in 0..<40 { script.press(.down) }
        let rows = script.lines[3...10]
        script.send(.tasksChanged(TaskChanges(changed: (101...120).map { DashboardScript.record($0) })))
        #expect(script.lines[3...10] == rows)
    }

    @Test("removing tasks while the log covers the table keeps the position valid")
    func noRows() {
        var script = Self.tasks(40)
        for _ in 0..<30 { script.press(.down) }
        script.type("l")
        script.send(.tasksChanged(TaskChanges(removed: (15...40).map(DashboardScript.id))))
        #expect(script.model.tasks.top >= 0)
        #expect(script.model.targets.count == 1)
        script.type("l")
        #expect(script.model.targets.hidden.isEmpty)
    }

    @Test("a selected task that ends stays until the selection moves, even if finished tasks are hidden")
    func hiding() {
        var script = Self.tasks(3)
        script.type("c")
        script.press(.down)
        script.add(DashboardScript.record(2, "process_data", .completed, done: 4))
        #expect(numbers(script) == [3, 2, 1])
        script.press(.down)
        #expect(numbers(script) == [3, 1])
        #expect(script.selection == DashboardScript.id(1))
        script.type("c")
        #expect(numbers(script) == [3, 2, 1])
    }

    @Test("a tagged task that ends loses its tag")
    func tags() {
        var script = Self.tasks(3)
        script.type("  ")
        #expect(script.model.targets.count == 2)
        script.add(DashboardScript.record(3, "process_data", .failed))
        #expect(script.model.targets.ids == [DashboardScript.id(2)])
    }

    @Test(
        "the filter matches words of id, type, state, title, step and date in any case; !word excludes",
        arguments: [
            ("CPU", [2]), ("paused", [3]), ("p00001", [1]), ("item 2", [3, 2, 1]), ("report item", [3]), ("nope", []),
            ("  ", [3, 2, 1]), ("detailed", [3]), ("!paused", [2, 1]), ("item !paused !cpu", [1]),
            ("2026-11-24", [3, 2, 1]), ("2026-11-23", []), ("!", [3, 2, 1]),
        ])
    func filter(text: String, expected: [Int]) {
        var script = DashboardScript()
        script.add(
            DashboardScript.record(1), DashboardScript.record(2, "cpu_intensive"),
            DashboardScript.record(3, "generate_report", .paused))
        script.type("/\(text)")
        #expect(numbers(script) == expected)
        #expect(script.screen.contains("\(expected.count) of 3 tasks"))
        script.press(.enter)
        #expect(numbers(script) == expected)
    }

    @Test(
        "every column sorts, and is reversed",
        arguments: [
            // Running comes before paused; of equal rows the older one comes first.
            (TaskColumn.id, [3, 2, 1], [1, 2, 3]), (.type, [2, 3, 1], [1, 3, 2]), (.state, [1, 2, 3], [3, 1, 2]),
            (.progress, [1, 3, 2], [2, 3, 1]), (.step, [1, 3, 2], [2, 3, 1]), (.elapsed, [3, 2, 1], [1, 2, 3]),
            (.eta, [1, 2, 3], [2, 1, 3]), (.pid, [3, 2, 1], [1, 2, 3]), (.title, [1, 2, 3], [3, 2, 1]),
            (.started, [3, 2, 1], [1, 2, 3]),
            (.ended, [1, 2, 3], [1, 2, 3]),
            (.cpu, [1, 2, 3], [3, 2, 1]), (.memory, [1, 2, 3], [3, 2, 1]),
        ])
    func sorting(column: TaskColumn, expected: [Int], reversed: [Int]) {
        var script = DashboardScript()
        var records = [
            DashboardScript.record(1, "process_data", .running, done: 1),
            DashboardScript.record(2, "cpu_intensive", .running, done: 3),
            DashboardScript.record(3, "generate_report", .paused, done: 2),
        ]
        records[1].activeMilliseconds = 30_000
        records[2].activeMilliseconds = 90_000
        script.send(.tasksChanged(TaskChanges(changed: records)))
        for seconds in [0.0, 1.0] {
            script.send(
                .usageRead([
                    DashboardScript.id(1): WorkerUsage(cpuSeconds: seconds * 3, memoryBytes: 3 << 20),
                    DashboardScript.id(2): WorkerUsage(cpuSeconds: seconds * 2, memoryBytes: 2 << 20),
                    DashboardScript.id(3): WorkerUsage(cpuSeconds: seconds, memoryBytes: 1 << 20),
                ]))
            script.pass(seconds: 1)
        }
        if column != .id {
            script.type("s")
            script.press(.home)
            for _ in 0..<(TaskColumn.allCases.firstIndex(of: column) ?? 0) { script.press(.down) }
            script.press(.enter)
        }
        #expect(numbers(script) == expected)
        script.type("S")
        #expect(numbers(script) == reversed)
    }

    @Test("rows sorted by a volatile column are sorted once a second")
    func calm() {
        var script = Self.tasks(3)
        script.type("s")
        for _ in TaskColumn.allCases.prefix(while: { $0 != .progress }) { script.press(.down) }
        script.press(.enter)
        let before = numbers(script)
        script.add(DashboardScript.record(1, done: 3))
        #expect(numbers(script) == before)
        script.pass(seconds: 1)
        #expect(numbers(script) != before)
    }

    @Test("filters are applied again once a second; without changes nothing is sorted")
    func ticks() {
        var table = TaskTable()
        let moment = Moment(wall: DashboardScript.start, uptime: .zero)
        func refreshed(_ change: (inout TaskTable) -> Void) -> Bool {
            change(&table)
            table.tick(at: DashboardScript.start)
            let isStale = table.isStale
            table.refresh(page: 10, at: moment)
            return isStale
        }
        var record = DashboardScript.record(1, "process_data", .completed, done: 4)
        _ = refreshed { $0.apply(TaskChanges(changed: [record]), at: .zero) }
        #expect(!refreshed { _ in })
        _ = refreshed { $0.changeScope { $0.filter = "process" } }
        #expect(!refreshed { _ in })
        record.title = "another"
        #expect(refreshed { $0.apply(TaskChanges(changed: [record]), at: .zero) })
        #expect(!refreshed { _ in })
        #expect(refreshed { $0.queue = QueueStatus(isPaused: true) })
        _ = refreshed { table in
            table.sort(by: .elapsed)
            table.changeScope { $0 = TableScope(timeRange: .today) }
        }
        #expect(!refreshed { _ in })
        #expect(refreshed { $0.apply(TaskChanges(changed: [DashboardScript.record(2)]), at: .zero) })
        // Running tasks change all the time.
        #expect(refreshed { _ in })
    }

    @Test("the mouse selects, opens, scrolls and sorts; the last line acts")
    func mouse() {
        var script = Self.tasks(50)
        script.click(on: "…P00047")
        #expect(script.selection == DashboardScript.id(47))
        script.click(on: "…P00047")
        #expect(script.model.detailedTask == DashboardScript.id(47))
        script.click(on: "Esc back")
        #expect(script.model.overlays.isEmpty)
        script.click(on: "STATE")
        #expect(script.model.tasks.sortColumn == .state)
        script.click(on: "STATE")
        #expect(script.model.tasks.isDescending)
        script.send(.input(.mouse(MouseEvent(.wheelDown, at: Position(x: 5, y: 8)))))
        #expect(script.model.tasks.selectedIndex > 0)
        script.commands = []
        script.click(on: "p pause")
        #expect(script.commands.count == 1)
        script.click(on: "q quit")
        script.click(on: "[ Cancel ]")
        #expect(script.model.overlays.isEmpty)
        script.click(on: "n new")
        script.click(on: "cpu_intensive ")
        #expect(script.screen.contains("complexity"))
        script.type("m")
        script.press(.escape)
        script.type("m")
        script.click(on: "s sort")
        #expect(script.model.overlays.isEmpty)
    }

    @Test("a task created here is selected once it is listed")
    func created() {
        var script = Self.tasks(3)
        script.add(DashboardScript.record(1, "process_data", .failed))
        script.press(.end)
        script.type("R")
        #expect(script.commands.map(\.name).contains("again 01"))
        script.send(.submitted(.copy(of: DashboardScript.id(1)), .success(DashboardScript.record(4))))
        script.add(DashboardScript.record(4))
        #expect(script.selection == DashboardScript.id(4))
        #expect(script.message == "…P00004 process_data was started")
    }

    @Test("running time and time left count between updates")
    func clocks() {
        var script = DashboardScript(Size(width: 300, height: 30))
        script.add(DashboardScript.record(1, done: 1, of: 4))
        #expect(script.screen.contains("00:00:10 00:00:30"))
        script.pass(seconds: 5)
        #expect(script.screen.contains("00:00:15 00:00:25"))
        script.add(DashboardScript.record(1, "process_data", .paused, done: 1, of: 4))
        script.pass(seconds: 5)
        #expect(script.screen.contains("00:00:10        —"))
    }
}
