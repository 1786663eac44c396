import JSON
import TaskControl
import TaskModel
import Testing

@testable import Dashboard

@Suite("The dashboard of a service in another process")
struct AttachedTests {
    private static let address = "unix:/var/lib/taskdeck/api.sock"

    private static func health(uptime: Int = 3_600_000, isShuttingDown: Bool = false) -> ServiceHealth {
        ServiceHealth(uptimeMilliseconds: uptime, counts: [:], isShuttingDown: isShuttingDown)
    }

    private static func script(_ width: Int = 120, _ height: Int = 30) -> DashboardScript {
        var script = DashboardScript(Size(width: width, height: height), retention: .unknown, isAttached: true)
        script.send(.listening(address))
        script.send(.serviceReached(health()))
        script.add(DashboardScript.record(1))
        return script
    }

    @Test("the header shows where the service is, its version if it is another one, and its uptime")
    func header() {
        var script = Self.script()
        #expect(script.lines[0].contains("attached to \(Self.address)  up 01:00:00"))
        script.send(.serviceVersion("9.9.9"))
        #expect(script.lines[0].contains("version 9.9.9, here \(taskdeckVersion)"))
        script.send(.serviceVersion(taskdeckVersion))
        #expect(!script.lines[0].contains("version"))
    }

    @Test("while tasks are missing the header counts those that have come", arguments: [40, 120])
    func loading(width: Int) {
        var script = DashboardScript(Size(width: width, height: 30), retention: .unknown, isAttached: true)
        script.send(
            .serviceReached(
                ServiceHealth(uptimeMilliseconds: 0, counts: [.running: 2, .failed: 40], isShuttingDown: false)))
        let (words, short) = (" of 42 tasks", "/42")
        #expect(script.lines[1].contains("loaded 0\(words)"))
        script.send(.tasksChanged(TaskChanges(changed: [DashboardScript.record(1)], isComplete: false)))
        #expect(script.lines[1].contains("loaded 1" + (width > 40 ? words : short)))
        script.send(.tasksChanged(TaskChanges(changed: [DashboardScript.record(2)])))
        #expect(!script.screen.contains("loaded"))
    }

    @Test(
        "the form has the types that the service has by now, unless something has been entered",
        arguments: [true, false])
    func types(isChanged: Bool) {
        var script = Self.script()
        script.commands = []
        script.type("n")
        #expect(script.commands.map(\.name).contains("types"))
        if isChanged { script.press(.right) }
        script.send(.typesChanged([TaskTypeDescription(name: "encode", summary: "encodes a film", fields: [])]))
        #expect(script.screen.contains("encodes a film") != isChanged)
        script.press(.escape)
        script.type("n")
        #expect(script.screen.contains("encodes a film"))
        script.press(.escape)
        script.send(.serviceLost("Connection refused"))
        script.commands = []
        script.type("n")
        #expect(!script.commands.map(\.name).contains("types"))
    }

    @Test("while the connection is lost the last picture stays, greyed, and the header counts the seconds")
    func lost() throws {
        var script = Self.script()
        script.pass(seconds: 5)
        let before = script.lines
        script.send(.serviceLost("Connection refused"))
        script.commands = []
        script.pass(seconds: 12)
        #expect(script.lines[0].contains("reconnecting, 12 s: Connection refused"))
        // The title, and the lines for messages and keys, go on.
        let picture = 1..<script.lines.count - 2
        #expect(script.lines[picture] == before[picture])
        let cells = script.model.frame.rows[picture].joined()
        #expect(cells.allSatisfy { $0.style.role == .muted && $0.style.program == nil })
        // Nothing is requested.
        #expect(script.commands.isEmpty)
        script.send(.serviceLost("still"))
        script.pass(seconds: 100)
        #expect(script.lines[0].contains("reconnecting, 00:01:52"))
        script.send(.serviceReached(Self.health()))
        #expect(!script.lines[0].contains("reconnecting"))
        #expect(script.lines[picture] != before[picture])
    }

    @Test("the loss is in headers of any width", arguments: [(20, 5), (40, 10), (80, 24), (200, 50)])
    func narrow(width: Int, height: Int) {
        var script = Self.script(width, height)
        script.send(.serviceLost("Connection refused"))
        script.pass(seconds: 7)
        #expect(script.lines[0].contains("reconnecting, 7 s"), "\(script.screen)")
    }

    @Test("q leaves without a question, and Q asks to end the service")
    func leaving() {
        var script = Self.script()
        script.commands = []
        script.type("q")
        #expect(script.commands.map(\.name).contains("quit"))
        script.commands = []
        script.type("Q")
        #expect(script.screen.contains("End the service?"))
        #expect(script.screen.contains("1 task will be ended."))
        #expect(script.screen.contains("[ End it and 1 task ]"))
        script.type("y")
        #expect(script.commands.map(\.name).contains("end service"))
        #expect(!script.commands.map(\.name).contains("quit"))
        script.send(.serviceEndRequested(.success(())))
        #expect(script.message == "the service ends; this screen closes with it")
        script.send(.serviceReached(Self.health(isShuttingDown: true)))
        #expect(script.lines[0].contains("ending, 1 task left"))
        script.type("Q")
        #expect(script.message == "the service is ending already")
    }

    @Test("Ctrl-C leaves, also in the question")
    func interrupt() {
        var script = Self.script()
        script.type("Q")
        script.commands = []
        script.press(.control("c"))
        #expect(script.commands.map(\.name) == ["quit"])
    }

    @Test("Q in the service's own dashboard is q")
    func own() {
        var script = DashboardScript()
        script.type("Q")
        #expect(script.commands.map(\.name) == ["quit"])
        script.add(DashboardScript.record(1))
        script.type("Q")
        #expect(script.screen.contains("Quit taskdeck?"))
    }

    @Test(
        "a request without an answer is not said to have failed",
        arguments: [
            (
                RemoteFailure.connectionLost(reason: "reset"),
                "no answer, since the connection was lost (reset): it may have had its effect, and is not repeated"
            ),
            (.timedOut(.seconds(30)), "no answer within 30 s: it may have had its effect, and is not repeated"),
            (.unreachable(reason: "refused"), "nothing was paused: the service is not reached: refused"),
        ])
    func doubt(failure: RemoteFailure, message: String) throws {
        var script = Self.script()
        script.commands = []
        script.type("p")
        let ticket = try #require(script.commands.compactMap(\.ticket).first)
        script.send(.performed(ticket, .failure(.remote(failure))))
        #expect(script.message == message)
    }

    @Test("what a summary leaves out is there once the detail has been read, and stays")
    func summary() throws {
        var script = Self.script()
        var whole = DashboardScript.record(2, "process_data", .completed)
        whole.result = ["answer": 42]
        whole.revision = 7
        var summary = whole
        (summary.data, summary.result, summary.isSummary) = (nil, nil, true)
        script.add(summary)
        script.press(.home, .enter)
        #expect(!script.screen.contains("42"))
        script.send(.detailRead(whole.id, TaskDetail(record: whole, worker: .unavailable("ended"), log: [])))
        #expect(script.screen.contains("42"))
        summary.revision = 8
        script.add(summary)
        #expect(script.screen.contains("42"))
    }

    @Test("a result that a summary has left out is read before it is copied")
    func copy() {
        var script = Self.script()
        var summary = DashboardScript.record(2, "process_data", .completed)
        (summary.data, summary.isSummary) = (nil, true)
        script.add(summary)
        script.press(.home)
        script.commands = []
        script.type("yr")
        #expect(script.commands.map(\.name).contains("copy result \(summary.id.description.suffix(2))"))
        script.send(.resultCopied(summary.id, .success("text")))
        #expect(script.commands.map(\.name).contains("copy text"))
    }

    @Test("a command for a shell names the socket")
    func curl() {
        let draft = TaskDraft(type: "t", data: [:])
        #expect(
            ShellCommand.curl(draft, to: "unix:/a b/api.sock").hasPrefix("curl --unix-socket '/a b/api.sock' --json '"))
        #expect(ShellCommand.curl(draft, to: "unix:/a/s").hasSuffix("' http://localhost/tasks"))
    }
}
