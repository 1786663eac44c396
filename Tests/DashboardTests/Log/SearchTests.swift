import JSON
import TaskControl
import TaskModel
import Testing

@testable import Dashboard

@Suite("Searching")
struct SearchTests {
    /// A dashboard with forty log lines, every tenth with the word `found`.
    private static func lines() -> DashboardScript {
        var script = DashboardScript(Size(width: 100, height: 20))
        script.add(DashboardScript.record(1), DashboardScript.record(2))
        for number in 1...40 { script.log(.info, "line \(number)\(number % 10 == 0 ? " is Found" : "")") }
        script.commands = []
        return script
    }

    /// The text of the current match.
    private static func current(_ script: DashboardScript) -> String? {
        for row in script.model.frame.rows {
            let text = row.filter { $0.style.isReversed && $0.style.isBold }.compactMap(\.scalar)
            guard !text.isEmpty else { continue }
            var line = String(String.UnicodeScalarView(row.compactMap(\.scalar)))
            while line.last == " " { line.removeLast() }
            return String(line.drop { !$0.isLetter })
        }
        return nil
    }

    @Test(
        "a search finds the nearest match, n and N the next ones around the end, and Escape ends it",
        arguments: [
            ("⇥/found⏎", "line 40 is Found"), ("⇥/FOUND⏎N", "line 30 is Found"), ("⇥/found⏎NNN", "line 10 is Found"),
            ("⇥/found⏎NNNN", "line 40 is Found"), ("⇥/found⏎n", "line 10 is Found"),
            ("⇥/found⏎nnn", "line 30 is Found"), ("⇥/found⏎NnN", "line 30 is Found"), ("⇥/found", "line 40 is Found"),
            ("⇥/line 7⏎", "line 7"), ("⇥/line 7⏎n", "line 7"), ("⇥/found⏎⎋", nil), ("⇥/found⎋", nil),
            ("⇥/found⏎/⏎", "line 10 is Found"), ("⇥/found⏎gn", "line 10 is Found"),
            ("⇥③found⏎", "line 40 is Found"), ("⇥③found③", "line 10 is Found"), ("⇥③found③③⏎n", "line 30 is Found"),
            ("⇥③found⏎③⏎", "line 10 is Found"), ("⇥/found⏎③③", "line 10 is Found"), ("⇥③", nil), ("⇥③③⏎", nil),
            ("⇥/found⏎gN", "line 40 is Found"), ("⇥/ 2⏎", "line 29"), ("⇥/xyz⏎", nil), ("⇥/é⏎", nil),
        ] as [(String, String?)])
    func log(keys: String, found: String?) {
        var script = Self.lines()
        script.keys(keys)
        #expect(Self.current(script) == found)
        // Nothing is hidden.
        #expect(script.model.log.shown.count == 40)
        #expect(script.commands.isEmpty)
    }

    @Test("F3 searches wherever / does", arguments: ["⇥", "⏎", "D", "⇥D"])
    func functionKey(keys: String) {
        var script = Self.lines()
        script.dump(1...2)
        script.keys(keys + "③process")
        #expect(script.model.searchInput?.field.text == "process")
        #expect(script.model.rowSearch == nil)
        script.keys("⏎")
        #expect(script.model.search?.text == "process")
    }

    @Test("a search that wraps around or finds nothing shows a message")
    func messages() {
        var script = Self.lines()
        script.keys("⇥/found⏎n")
        #expect(script.message == "the search went on from the beginning")
        script.keys("N")
        #expect(script.message == "the search went on from the end")
        script.keys("/xyz")
        #expect(script.screen.contains("no match"))
        script.keys("⏎")
        #expect(script.message == "'xyz' is in none of the log's lines that are shown")
        script.keys("⎋n")
        #expect(script.message == "there is no search; / starts one")
        #expect(script.model.overlays.isEmpty)
    }

    @Test("a canceled search restores the log position")
    func givingUp() {
        var script = Self.lines()
        script.keys("⇥/line 3")
        #expect(script.model.log.position != .following)
        script.press(.escape)
        #expect(script.model.log.position == .following)
        #expect(script.model.log.search == nil)
        #expect(script.model.focus == .log)
    }

    @Test(
        "the typed text follows the key that started it",
        arguments: [("⇥&", " &x"), ("⇥/", " /x"), ("/", " /x"), ("&", " /x")])
    func sign(keys: String, line: String) {
        var script = DashboardScript()
        script.log(.info, "x")
        script.keys(keys + "x")
        #expect(script.lines[script.lines.count - 2].hasPrefix(line))
    }

    @Test("a log that hides all lines does not look empty")
    func hiddenLines() {
        var script = DashboardScript()
        #expect(script.screen.contains("nothing yet"))
        script.log(.info, "x")
        script.keys("⇥vv")
        #expect(script.screen.contains("nothing matches"))
    }

    @Test("the match stays on its record while records arrive and are dropped")
    func moving() {
        var script = Self.lines()
        script.dump(1...9)
        script.keys("⇥/line 30⏎")
        let before = script.lines.filter { $0.contains("line 30") && !$0.contains("search") }
        script.dump(1...50)
        for _ in 0..<54 { script.log(.info, "another", count: 100) }
        script.dump(1...5)
        #expect(script.lines.filter { $0.contains("line 30") && !$0.contains("search") } == before)
        #expect(Self.current(script)?.hasPrefix("line 30") == true)
        // It is dropped at last, and the search continues.
        for _ in 0..<6 { script.log(.info, "another", count: 100) }
        script.keys("n")
        #expect(script.message == "'line 30' is in none of the log's lines that are shown")
    }

    @Test("an id is found in its short and in its full form")
    func ids() {
        var script = Self.lines()
        script.log(.warning, "\(DashboardScript.id(2)) timed out")
        for keys in ["…P00002", "P00002", DashboardScript.id(2).description] {
            script.keys("⇥/\(keys)⏎")
            #expect(Self.current(script)?.contains("P00002 timed out") == true, "\(keys)")
            script.keys("⎋⎋")
        }
    }

    @Test("in the table / filters, and n opens the form")
    func table() {
        var script = Self.lines()
        script.keys("/found⎋n")
        #expect(script.model.log.search == nil)
        #expect(script.model.overlays.count == 1)
    }

    @Test("pasted text is inserted into the search")
    func pasting() {
        var script = Self.lines()
        script.keys("⇥/")
        script.send(.input(.paste("line 3")))
        #expect(Self.current(script)?.hasPrefix("line 3") == true)
        script.press(.backspace)
        #expect(script.model.searchInput?.field.text == "line ")
        #expect(script.commands.isEmpty)
    }

    @Test(
        "a search in the detail scrolls to its matches",
        arguments: [
            ("/row 7", "row 7"), ("/row 70⏎", "row 70"), ("/long row⏎", "row 0"), ("/long row⏎n", "row 1"),
            ("/long row⏎N", "row 99"), ("/row 9⏎nn", "row 91"), ("/row⏎⎋", nil),
            ("/xyz⏎", nil),
        ] as [(String, String?)])
    func detail(keys: String, found: String?) {
        var script = DashboardScript(Size(width: 80, height: 24))
        var record = DashboardScript.record(1)
        record.data = JSONText(["rows": .array((0..<100).map { .string("this is the long row \($0)") })])
        script.add(record)
        script.keys("⏎" + keys)
        #expect(Self.current(script).map { $0.contains("\(found ?? "-")\"") } ?? (found == nil))
        #expect(script.model.detailedTask != nil)
        // One step back at a time.
        script.keys("⎋")
        if keys.hasSuffix("⏎") { script.keys("⎋") }
    }

    @Test("a match in a large detail stays while the task changes")
    func largeDetail() {
        var script = DashboardScript(Size(width: 80, height: 24))
        var record = DashboardScript.record(1, "process_data", .running)
        record.data = JSONText(["text": .string(String(repeating: "abcdefgh ", count: 5_000) + "needle")])
        script.add(record)
        script.keys("⏎/needle⏎")
        #expect(Self.current(script)?.contains("needle") == true)
        record.attempts = [
            TaskAttempt(
                number: 1, startedAt: nil, finishedAt: DashboardScript.start, error: "once", exitCode: 1,
                activeMilliseconds: 1, isInterrupted: false)
        ]
        script.add(record)
        guard case .detail(let pane) = script.model.overlays.last else { return }
        let line = pane.text.lines(from: pane.search?.current.map(pane.text.index) ?? 0, count: 1).first?.line
        guard case .text(_, let text, _) = line else {
            Issue.record("no text")
            return
        }
        #expect(text.contains("needle"))
    }

    @Test(
        "searches ignore case in every script",
        arguments: [
            ("ab", "xABy", true), ("ÄÖ", "käöt", true), ("aab", "aaab", true), ("ab", "a", false), ("", "a", false),
            ("ß", "SS", false), ("a", "A", true), ("界", "世界", true), ("ab", "ba", false), ("aa", "a", false),
        ])
    func comparing(search: String, text: String, occurs: Bool) {
        #expect(TextSearch(search).occurs(in: text) == occurs)
        #expect(TextSearch(search).ranges(in: Array(text.unicodeScalars)).isEmpty != occurs)
    }
}
