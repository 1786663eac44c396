import JSON
import TaskControl
import TaskModel
import Terminal
import Testing

@testable import Dashboard

@Suite("Screens")
struct ScreenTests {
    private static func busy(_ width: Int, _ height: Int, unicode: Bool = true) -> DashboardScript {
        var script = DashboardScript(
            Size(width: width, height: height), capabilities: Capabilities(isUnicode: unicode))
        script.addOneOfEachState()
        for second in 0..<40 {
            script.pass(seconds: 1)
            let alive = TaskState.allCases.indices.filter { 2...4 ~= $0 }.map { DashboardScript.id($0 + 1) }
            let cpu = 1.5 + Double(second) * Double(second % 7) / 30
            script.send(
                .usageRead(
                    Dictionary(
                        uniqueKeysWithValues: alive.map {
                            ($0, WorkerUsage(cpuSeconds: cpu, memoryBytes: 9_500_000))
                        })))
        }
        script.log(.info, "listening on http://127.0.0.1:8000", "status: 9 tasks: 1 running, 1 paused")
        script.log(.warning, "\(DashboardScript.id(7)) process_data failed: the worker exited with code 3")
        script.log(.debug, String(repeating: "a long line ", count: 20))
        script.press(.down, .down)
        return script
    }

    @Test(
        "a task in each state, on screens of several sizes",
        arguments: [(200, 50), (120, 36), (100, 24), (80, 24), (60, 20), (40, 12), (30, 8), (20, 5), (19, 5), (1, 1)])
    func sizes(width: Int, height: Int) throws {
        try Golden.expect(Self.busy(width, height).screen, is: "busy-\(width)x\(height)")
    }

    @Test("without UTF-8 the screen is ASCII")
    func ascii() throws {
        let screen = Self.busy(120, 36, unicode: false).screen
        #expect(screen.unicodeScalars.allSatisfy { $0.isASCII })
        try Golden.expect(screen, is: "busy-ascii")
    }

    @Test("every color depth", arguments: ColorDepth.allCases)
    func colors(depth: ColorDepth) throws {
        let frame = Self.busy(100, 24).model.frame
        try Golden.expect(frame.marked(by: depth), is: "colors-\(depth)")
    }

    @Test("an empty service")
    func empty() throws {
        try Golden.expect(DashboardScript().screen, is: "empty")
    }

    @Test("a thousand tasks, somewhere in the middle")
    func thousand() throws {
        var script = DashboardScript(Size(width: 120, height: 30))
        script.send(
            .tasksChanged(
                TaskChanges(changed: (1...1000).map { DashboardScript.record($0, done: $0 % 5, of: 4 + $0 % 3) })))
        for _ in 0..<20 { script.press(.pageDown) }
        try Golden.expect(script.screen, is: "thousand")
    }

    @Test("hostile and wide text stays in its cells", arguments: [true, false])
    func hostile(unicode: Bool) throws {
        var script = DashboardScript(
            Size(width: 100, height: 24), capabilities: Capabilities(isUnicode: unicode))
        let texts = [
            "\u{1B}[2J\u{1B}[H erased", "bell \u{07} back \u{08}\u{08} tab \t end", "界世界 wide", "🚀 rocket 👨‍👩‍👧 family",
            "e\u{301}\u{302}\u{303}\u{304}\u{305}\u{306} marks", "rtl \u{202E}txt.exe\u{202C}",
            "\u{FEFF}\u{200B}zero width",
            "line\nfeed\r\nand \u{2028} more", "C1 \u{9B}31m red",
        ]
        script.send(
            .tasksChanged(
                TaskChanges(
                    changed: texts.enumerated().map { DashboardScript.record($0 + 1, $1, done: 1, step: $1) })))
        for text in texts { script.log(.info, text) }
        let frame = script.model.frame
        for row in frame.rows {
            #expect(row.count == 100)
            for cell in row {
                guard let scalar = cell.scalar else { continue }
                #expect(scalar.value >= 0x20 && !(0x7F..<0xA0).contains(scalar.value))
                #expect(cell.marks.count <= 4)
            }
        }
        try Golden.expect(script.screen, is: unicode ? "hostile" : "hostile-ascii")
        script.press(.enter)
        try Golden.expect(script.screen, is: unicode ? "hostile-detail" : "hostile-detail-ascii")
    }

    @Test("the data in a detail is formatted once and can be scrolled")
    func detailOnce() {
        var script = DashboardScript(Size(width: 80, height: 30))
        var record = DashboardScript.record(1)
        record.data = JSONText(["items": .array((0..<2000).map { .integer($0) })])
        script.add(record)
        script.press(.enter)
        #expect(script.screen.contains("items: [0, 1, 2,"))
        let lines = script.lines.first { $0.contains(" lines ") }
        // Data never changes; this shows that it is not formatted again.
        record.data = ["other": 1]
        record.progress.done = 2
        record.progress.step = "item 3 of 4"
        script.add(record)
        #expect(script.screen.contains("2 of 4, item 3 of 4"))
        #expect(script.screen.contains("items: [0, 1, 2,"))
        #expect(script.lines.first { $0.contains(" lines ") } == lines)
        script.press(.pageDown, .pageDown)
        #expect(script.screen.contains(" 700,"))
        script.press(.end)
        #expect(script.screen.contains("1998, 1999]"))
        #expect(script.screen.contains("Worker's log"))
    }

    @Test("the details of a running, a failed and a completed task")
    func detail() throws {
        var script = Self.busy(100, 40)
        for (number, name) in [(3, "running"), (6, "completed"), (7, "failed")] {
            script.send(.input(.key(.home)))
            while script.selection != DashboardScript.id(number) { script.press(.down) }
            script.press(.enter)
            let record = try #require(script.model.tasks.rows[DashboardScript.id(number)]?.record)
            script.send(
                .detailRead(
                    record.id,
                    TaskDetail(
                        record: record,
                        worker: number == 3
                            ? .status(["pid": 4703, "cpu_seconds": 1.5, "counters": ["updates": 3]])
                            : .unavailable("the task is \(record.state.rawValue)"),
                        log: ["a line", "another line"])))
            try Golden.expect(script.screen, is: "detail-\(name)")
            script.press(.escape)
        }
    }

    @Test("help, the sort menu and the questions", arguments: [(120, 36), (80, 24), (40, 10), (20, 5)])
    func overlays(width: Int, height: Int) throws {
        for (keys, name) in [
            ("?", "help"), ("s", "sort"), ("K", "kill"), ("t", "terminate"), ("a", "time"), ("q", "quit"),
        ] {
            var script = Self.busy(width, height)
            script.press(.end, .up, .up, .up)
            script.type(keys)
            try Golden.expect(script.screen, is: "\(name)-\(width)x\(height)")
        }
    }

    @Test("the log in full height, pinned, filtered and not wrapped")
    func log() throws {
        var script = Self.busy(100, 16)
        script.type("l")
        try Golden.expect(script.screen, is: "log-full")
        script.type("w")
        script.press(.right, .up)
        script.log(.error, "something new")
        try Golden.expect(script.screen, is: "log-held")
        script.type("vv/exited")
        try Golden.expect(script.screen, is: "log-filtered")
    }
}

extension Frame {
    /// The text with a mark at each change of appearance: the color, and b, d, r, u for attributes.
    func marked(by depth: ColorDepth) -> String {
        rows.map { row in
            var line = ""
            var last = Appearance()
            for cell in row {
                let look = Palette.appearance(of: cell.style, depth: depth)
                if look != last {
                    let attributes = [
                        ("b", look.isBold), ("d", look.isDim), ("r", look.isReversed), ("u", look.isUnderlined),
                        ("i", look.isItalic),
                    ]
                    let background = look.background.map { "/\($0)" } ?? ""
                    line +=
                        "{\(look.color.map(String.init) ?? "")\(background)\(attributes.filter(\.1).map(\.0).joined())}"
                    last = look
                }
                if let scalar = cell.scalar { line.unicodeScalars.append(scalar) }
            }
            while line.last == " " { line.removeLast() }
            return line
        }.joined(separator: "\n")
    }
}
