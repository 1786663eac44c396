import JSON
import TaskControl
import TaskModel
import Terminal
import TestSupport
import Testing

@testable import Dashboard

@Suite("The dashboard's loop and session", .timeLimit(.minutes(15)))
struct LoopTests {
    /// Runs a dashboard with a fake terminal and a fake service.
    ///
    /// - Parameter endsByItself: Whether `body` ends the dashboard.
    ///
    /// - Returns: The requests to end the service; true for those because of a hang-up.
    private static func run(
        _ control: FakeTaskControl = FakeTaskControl(), endsByItself: Bool = false,
        body: (FakeTerminal, DashboardInbox) async throws -> Void
    ) async throws -> [Bool] {
        let terminal = FakeTerminal()
        let inbox = DashboardInbox(wake: { terminal.wake() })
        let (commands, queue) = AsyncStream.makeStream(of: DashboardCommand.self)
        let types = control.taskTypes()
        let thread = try TerminalThread {
            DashboardLoop(
                terminal: terminal, inbox: inbox, taskTypes: types, clock: ServiceClock(), commands: queue
            ).run()
            queue.finish()
        }
        let record = LogRecord(number: 0, time: Timestamp(milliseconds: 0), level: .info, text: "a record of the log")
        let (log, logQueue) = AsyncStream.makeStream(of: [LogRecord].self)
        logQueue.yield([record])
        let (quits, quitQueue) = AsyncStream.makeStream(of: Bool.self)
        let session = DashboardSession(control: control, log: log, inbox: inbox) { quitQueue.yield($0) }
        async let ended: Void = session.run(commands)
        try await body(terminal, inbox)
        if !endsByItself { inbox.close() }
        await ended
        #expect(await thread.wait(atMost: .seconds(10)))
        quitQueue.finish()
        return await quits.reduce(into: []) { $0.append($1) }
    }

    @Test("tasks and log reach the screen, and keys reach the service")
    func life() async throws {
        let control = FakeTaskControl()
        _ = await control.add("process_data", .running)
        _ = try await Self.run(control) { terminal, _ in
            try await terminal.shows("● running")
            try await terminal.shows("a record of the log")
            terminal.press(.character("p"))
            try await terminal.shows("‖ paused")
            try await terminal.shows("process_data is paused")
            _ = await control.add("cpu_intensive", .running)
            try await terminal.shows("cpu_intensive")
        }
        #expect(await control.actions == [.pause])
    }

    @Test("requests are sent in the order of the keys")
    func order() async throws {
        let control = FakeTaskControl()
        _ = await control.add("process_data", .running)
        let keys = (0..<200).map { $0 % 3 == 0 ? TaskAction.resume : .pause }
        _ = try await Self.run(control) { terminal, _ in
            try await terminal.shows("● running")
            for key in keys { terminal.press(.character(key == .pause ? "p" : "r")) }
            terminal.press(.character("t"))
            try await terminal.shows("[ Terminate ]")
            terminal.press(.character("y"))
            try await terminal.shows("■ terminated")
        }
        #expect(await control.actions == keys + [.terminate])
    }

    @Test("the form submits a task, and shows the problems of the service")
    func form() async throws {
        let control = FakeTaskControl()
        _ = try await Self.run(control) { terminal, _ in
            terminal.press(.character("n"), .right, .right, .tab, .control("u"), .character("x"), .enter)
            try await terminal.shows("must be a whole number, not a string")
            terminal.press(.control("u"), .character("7"), .enter)
            try await terminal.shows("was started")
        }
        #expect(await control.records.map(\.data) == [["complexity": 7, "batches": 5]])
    }

    @Test("keys pressed before a question was on the screen do not answer it", arguments: [1, 2, .max])
    func questions(perRead: Int) async throws {
        let control = FakeTaskControl()
        _ = await control.add("process_data", .running)
        let quits = try await Self.run(control) { terminal, _ in
            try await terminal.shows("● running")
            // In the same read, and while the question is drawn, whatever the number of reads.
            terminal.press(
                .character("y"), .right, .enter, .character("y"), .character("y"), whileDrawing: "Kill this task?",
                perRead: perRead)
            terminal.press(.character("K"), .character("y"), .right, .enter)
            try await terminal.shows("Kill this task?")
            terminal.press(.control("l"))
            try await terminal.shows("[ Kill ]")
            #expect(await control.actions.isEmpty)
            terminal.press(.character("n"))
            try await terminal.shows("● running")
            // A question and its answer.
            terminal.press(.control("c"), .control("c"))
            try await terminal.shows("[ End 1 task and quit ]")
            terminal.press(.escape)
            terminal.press(.character("K"))
            try await terminal.shows("[ Kill ]")
            terminal.press(.character("y"))
            try await terminal.shows("† killed")
        }
        #expect(await control.actions == [.kill])
        #expect(quits.isEmpty)
    }

    @Test("keys pressed before the question of t or the prompt of = was on the screen do nothing")
    func earlyKeys() async throws {
        let control = FakeTaskControl()
        _ = await control.add("process_data", .queued)
        _ = try await Self.run(control) { terminal, _ in
            try await terminal.shows("○ queued")
            terminal.press(.character("y"), .right, .enter, whileDrawing: "Terminate this task?", perRead: 1)
            terminal.press(.character("t"), .character("y"), .enter)
            try await terminal.shows("[ Terminate ]")
            terminal.press(.character("n"))
            try await terminal.shows("p pause")
            terminal.press(.character("9"), .enter, whileDrawing: "Priority", perRead: 1)
            terminal.press(.character("="), .character("9"), .enter)
            try await terminal.shows("-100 to 100")
            #expect(await control.records.map(\.options.priority) == [0])
            terminal.press(.control("u"), .character("7"), .enter)
            try await terminal.shows("has priority 7")
        }
        #expect(await control.actions.isEmpty)
        #expect(await control.records.map(\.options.priority) == [7])
    }

    @Test("text that arrives as single keys is inserted as a whole")
    func typedText() async throws {
        let control = FakeTaskControl()
        let numbers = "[" + (1...10_000).map { "\($0)" }.joined(separator: ",") + "]"
        _ = try await Self.run(control) { terminal, _ in
            terminal.press(.character("n"), .tab, .control("u"))
            terminal.press(numbers.unicodeScalars.map { .character($0) } + [.enter])
            try await terminal.shows("was started")
        }
        let items = JSONValue.array((1...10_000).map { .integer($0) })
        #expect(await control.records.map(\.data) == [JSONText(["items": items, "delay": 1])])
    }

    @Test("terminal commands are performed by the terminal")
    func terminalCommands() async throws {
        _ = try await Self.run { terminal, _ in
            terminal.press(.control("l"), .character("m"), .control("z"))
            try await terminal.shows("the mouse is off")
            #expect(terminal.performed.contains(.redraw))
            #expect(terminal.performed.contains(.setMouse(false)))
            #expect(terminal.performed.contains(.suspend))
        }
    }

    @Test("q and the loss of the terminal end the service")
    func quitting() async throws {
        let quits = try await Self.run { terminal, _ in
            terminal.press(.character("q"))
            try await terminal.shows("no tasks")
        }
        #expect(quits == [false])
        let hangUps = try await Self.run(endsByItself: true) { terminal, _ in terminal.send(.hungUp) }
        #expect(hangUps == [true])
    }

    @Test("a burst of changes is drawn in few frames, and the last one is complete")
    func burst() async throws {
        let control = FakeTaskControl()
        _ = try await Self.run(control) { terminal, _ in
            try await terminal.shows("no tasks")
            for _ in 0..<2000 { _ = await control.add("process_data", .running) }
            try await terminal.shows("● 2000 of 8 running")
            #expect(terminal.frames < 1000)
        }
    }

    @Test("delivery to a closed inbox does not wait")
    func closed() async {
        let inbox = DashboardInbox(wake: {})
        async let delivered: Void = inbox.deliver(.ticked)
        inbox.close()
        await delivered
        await inbox.deliver(.ticked)
        inbox.post(.ticked)
        #expect(inbox.isEmpty)
    }
}
