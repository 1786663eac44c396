import TaskControl
import TaskModel
import Testing

@testable import Dashboard

@Suite("Time ranges")
struct TimeRangeTests {
    private static let berlin = LocalTime { _ in 3600 }

    private static func time(_ text: String) throws -> Timestamp { try #require(Timestamp(text)) }

    @Test(
        "a finished task belongs to the time of its end, in local time",
        arguments: [
            (TimeRange.hour, "06:00:00", true), (.hour, "05:59:59", false), (.today, "2026-11-23T23:00:00", true),
            (.today, "2026-11-23T22:59:59", false), (.yesterday, "2026-11-23T22:59:59", true),
            (.yesterday, "2026-11-22T23:00:00", true), (.yesterday, "2026-11-22T22:59:59", false),
            (.yesterday, "2026-11-23T23:00:00", false), (.week, "2026-11-17T07:00:00", true),
            (.week, "2026-11-17T06:59:59", false), (.all, "1971-01-01T00:00:00", true),
        ])
    func intervals(range: TimeRange, time: String, isShown: Bool) throws {
        let time = try Self.time((time.count == 8 ? "2026-11-24T" : "") + time + "Z")
        let interval = range.interval(at: DashboardScript.start, Self.berlin)
        #expect(interval?.contains(time) ?? true == isShown)
    }

    @Test(
        "a day is parsed in common formats",
        arguments: [
            ("2026-11-24", "2026-11-23T23:00:00Z"), ("24.11.2026", "2026-11-23T23:00:00Z"),
            ("24.11.", "2026-11-23T23:00:00Z"), ("25.11.", "2025-11-24T23:00:00Z"), ("24.11", "2026-11-23T23:00:00Z"),
            ("24 Nov", "2026-11-23T23:00:00Z"), ("1 dec 2025", "2025-11-30T23:00:00Z"),
            (" 2026/11/24 ", "2026-11-23T23:00:00Z"), ("29.2.", "2024-02-28T23:00:00Z"),
            ("today", "2026-11-23T23:00:00Z"), ("Yesterday", "2026-11-22T23:00:00Z"), ("", nil), ("x", nil),
            ("2026-02-30", nil), ("2026-13-01", nil), ("24", nil), ("0.11.", nil), ("24.11.26", nil),
            ("Nov 24", "2026-11-23T23:00:00Z"), ("November 24, 2026", "2026-11-23T23:00:00Z"),
            ("24-Nov-2026", "2026-11-23T23:00:00Z"), ("sept 3", "2026-09-02T23:00:00Z"), ("no 24", nil),
            ("novembers 24", nil), ("nov dec", nil), ("nov 2026", nil), ("24 Foo", nil), ("1.2.3.4", nil),
            ("-1.11.", "2026-10-31T23:00:00Z"), ("٢٤.١١.", nil),
        ] as [(String, String?)])
    func days(text: String, start: String?) {
        let day = DayText.parse(text, at: DashboardScript.start, Self.berlin)
        #expect(day?.description.prefix(19) == start?.prefix(19))
    }

    @Test("days with a clock change begin and end at midnight")
    func daylight() throws {
        let change = try Self.time("2026-10-25T01:00:00Z")
        let local = LocalTime { $0 < change ? 7200 : 3600 }
        let day = try #require(DayText.parse("2026-10-25", at: DashboardScript.start, local))
        let interval = try #require(TimeRange.day(day).interval(at: DashboardScript.start, local))
        #expect(interval.start == (try Self.time("2026-10-24T22:00:00Z")))
        #expect(interval.end == (try Self.time("2026-10-25T23:00:00Z")))
    }

    /// Task 1 ended two hours ago, 2 two days ago, 3 runs.
    private static func script() -> DashboardScript {
        var script = DashboardScript()
        let records = [2, 48].enumerated().map { index, hours in
            var record = DashboardScript.record(index + 1, "process_data", .completed, done: 4)
            record.finishedAt = Timestamp(
                milliseconds: DashboardScript.start.milliseconds - Int64(hours) * 3_600_000)
            return record
        }
        script.send(.tasksChanged(TaskChanges(changed: records + [DashboardScript.record(3)])))
        return script
    }

    @Test(
        "a offers time ranges; live tasks belong to the present",
        arguments: [
            ("a", [3, 2, 1]), ("h", [3]), ("t", [3, 1]), ("y", []), ("w", [3, 2, 1]), ("d2026-11-22\n", [2]),
            ("d24.11.\n", [3, 1]), ("d23.11.\n", []),
        ])
    func menu(keys: String, expected: [Int]) {
        var script = Self.script()
        script.type("a")
        for key in keys.unicodeScalars { script.press(key == "\n" ? .enter : .character(key)) }
        #expect(script.model.overlays.isEmpty)
        #expect(script.model.tasks.order == expected.map(DashboardScript.id))
        if expected.isEmpty { #expect(script.screen.contains("No task in this time")) }
        script.type("aa")
        #expect(script.model.tasks.order.count == 3)
    }

    @Test(
        "the menu marks and selects the present range",
        arguments: [("a", "all times"), ("t", "today"), ("w", "the last 7 days"), ("d24.11.⏎", "a date")])
    func mark(keys: String, text: String) {
        var script = Self.script()
        script.keys("a\(keys)a")
        let marked = script.lines.filter { $0.contains("│") && $0.contains("✓ ") }
        #expect(marked.count == 1 && marked[0].contains(text))
        guard case .menu(let menu)? = script.model.overlays.last else { return #expect(Bool(false), "no menu") }
        #expect(TimeRange.choices[menu.index].text == text)
    }

    @Test(
        "tasks leave a time range as time passes",
        arguments: [
            ("h", 3540 - 754, [3, 1]), ("h", 3720 - 754, [3]), ("d24.11.⏎", 16 * 3600, [3, 1]),
            ("d24.11.⏎", 17 * 3600, [1]), ("t", 17 * 3600, [3]), ("y", 17 * 3600, [1]),
        ])
    func passing(keys: String, seconds: Int, expected: [Int]) {
        var script = DashboardScript()
        var ended = DashboardScript.record(1, "process_data", .completed, done: 4)
        ended.finishedAt = DashboardScript.start
        script.add(ended, DashboardScript.record(3))
        script.keys("a\(keys)")
        script.pass(tickAfter: seconds)
        #expect(script.model.tasks.order == expected.map(DashboardScript.id))
    }

    @Test("an invalid date shows valid ones; Escape changes nothing")
    func wrongDate() throws {
        var script = Self.script()
        script.type("ad31.2.")
        script.press(.enter)
        #expect(script.screen.contains("not a day; use 2026-11-24, 24.11., 24 Nov or yesterday "))
        try Golden.expect(script.screen, is: "date-120x30")
        script.press(.escape)
        #expect(script.model.tasks.scope == TableScope())
    }

    @Test("the scope is one value with a description")
    func scope() {
        var script = Self.script()
        #expect(script.model.tasks.scope.isUnrestricted)
        script.type("cat/report")
        script.press(.enter)
        #expect(script.model.tasks.scope.texts(.utc, .unicode) == ["not finished", "today", "/report"])
        var scope = TableScope()
        scope.hidesFinished = true
        scope.timeRange = .day(DashboardScript.start)
        scope.filter = "report !failed"
        #expect(scope.texts(.utc, .unicode) == ["not finished", "Tue 24 Nov 2026", "/report !failed"])
        #expect(!scope.isUnrestricted)
    }
}
