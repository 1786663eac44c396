import TaskControl
import TaskModel
import Terminal
import Testing

@testable import Dashboard

@Suite("Screens of log, side and detail")
struct PaneScreenTests {
    /// A task in each state, with log records.
    private static func cockpit(_ width: Int, _ height: Int, unicode: Bool = true) -> DashboardScript {
        var script = DashboardScript(
            Size(width: width, height: height), capabilities: Capabilities(isUnicode: unicode, clipboard: .direct))
        script.addOneOfEachState()
        script.log(.info, "listening on http://127.0.0.1:8000")
        script.log(.info, "\(DashboardScript.id(3)) generate_report running pid 4703 port 40003")
        script.dump(1...5)
        script.pass(seconds: 10)
        script.log(
            .warning, "\(DashboardScript.id(2)) process_data attempt 2 of 3: timed out after 8 s, next in 2 s")
        script.log(.warning, "\(DashboardScript.id(7)) cpu_intensive failed after 3 attempts: timed out after 8 s")
        script.log(.debug, "\(DashboardScript.id(3)) says: failed to see anything")
        script.log(.error, "no worker can be started: too many processes; tasks stay queued until one can")
        script.dump(3...5)
        script.press(.home, .down, .down)
        let id = DashboardScript.id(7)
        if let record = script.model.tasks.rows[id]?.record {
            let detail = TaskDetail(record: record, worker: .unavailable("it has ended"), log: ["a line", "the last"])
            script.send(.detailRead(id, detail))
        }
        return script
    }

    @Test("wide screens", arguments: [(200, 50), (150, 40), (150, 12)])
    func wide(width: Int, height: Int) throws {
        try Golden.expect(Self.cockpit(width, height).screen, is: "side-\(width)x\(height)")
    }

    @Test("a wide screen in ASCII")
    func ascii() throws {
        let screen = Self.cockpit(160, 36, unicode: false).screen
        #expect(screen.unicodeScalars.allSatisfy { $0.isASCII })
        try Golden.expect(screen, is: "side-ascii")
    }

    @Test("dumps fold, and a long one shows its first rows", arguments: [(100, 30), (40, 14)])
    func dumps(width: Int, height: Int) throws {
        var script = Self.cockpit(width, height)
        try Golden.expect(script.screen, is: "dump-folded-\(width)x\(height)")
        script.pass(seconds: 10)
        script.dump(1...1000, .queued)
        try Golden.expect(script.screen, is: "dump-long-\(width)x\(height)")
        script.keys("D")
        script.press(.pageDown)
        script.keys("/00042")
        try Golden.expect(script.screen, is: "dump-whole-\(width)x\(height)")
    }

    @Test("a search in the log and in the detail, with all matches marked")
    func search() throws {
        var script = Self.cockpit(100, 30)
        script.keys("⇥/timed out⏎")
        try Golden.expect(script.model.frame.marked(by: .none), is: "search-log")
        script.keys("⎋⎋⏎/o")
        try Golden.expect(script.model.frame.marked(by: .none), is: "search-detail")
    }

    @Test("the copy menu and the prompt for a file name", arguments: [(100, 24), (20, 5)])
    func copying(width: Int, height: Int) throws {
        var script = Self.cockpit(width, height)
        script.keys("y")
        try Golden.expect(script.screen, is: "copy-\(width)x\(height)")
        script.press(.escape, .down, .control("s"), .enter)
        script.send(.saved(path: "x", .failure(SaveError(reason: "there is a file of this name"))))
        try Golden.expect(script.screen, is: "save-\(width)x\(height)")
    }
}
