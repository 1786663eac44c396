import TaskModel
import Testing

@testable import Dashboard

@Suite("Actions on several tasks")
struct BatchTests {
    @Test("several tasks get one message, with mixed outcomes in one sentence")
    func batches() throws {
        var script = DashboardScript.fourTasks()
        script.type("Ap")
        #expect(script.commands.map(\.name) == ["pause 01", "pause 02", "pause 03"])
        #expect(script.message == "pause 4 tagged: waiting for the workers")
        let tickets = script.commands.compactMap(\.ticket)
        script.send(.performed(tickets[0], .success(DashboardScript.record(1))))
        script.send(
            .performed(tickets[1], .failure(.invalidState(tickets[1].id, action: .pause, current: .completed))))
        script.send(.performed(tickets[2], .failure(.invalidState(tickets[2].id, action: .pause, current: .queued))))
        #expect(script.message == "paused 1, 2 had already ended, 1 has no worker yet")
        script.commands = []
        script.type("At")
        #expect(
            script.screen.contains("Terminate 3 tasks?") && !script.screen.contains("…P00004 process_data, completed"))
        script.type("y")
        for ticket in script.commands.compactMap(\.ticket) {
            script.send(.performed(ticket, .success(DashboardScript.record(1))))
        }
        #expect(script.message == "terminated 3, 1 had already ended")
        script.commands = []
        script.type("A/cpu")
        script.press(.enter)
        script.type("r")
        for ticket in script.commands.compactMap(\.ticket) {
            script.send(.performed(ticket, .success(DashboardScript.record(1))))
        }
        #expect(script.message == "resumed 3 (3 hidden by the filter), 1 had already ended")
        script.type("R")
        #expect(script.commands.map(\.name).filter { $0.hasPrefix("again") } == ["again 04"])
        script.send(.submitted(.copy(of: DashboardScript.id(4)), .success(DashboardScript.record(5))))
        #expect(script.message == "started 1 again (3 hidden by the filter), 3 had not ended")
    }

    @Test(
        "a task that is run again and has to wait is queued, not started",
        arguments: [
            ([TaskState.starting, .starting], "started 2 again"), ([.queued, .queued], "queued 2 again"),
            ([.starting, .queued], "started 1 and queued 1 again"),
        ])
    func runAgain(states: [TaskState], message: String) {
        var script = DashboardScript()
        script.add(
            DashboardScript.record(1, "process_data", .failed), DashboardScript.record(2, "process_data", .killed))
        script.type("AR")
        for (index, state) in states.enumerated() {
            let new = DashboardScript.record(index + 3, "process_data", state)
            script.send(.submitted(.copy(of: DashboardScript.id(index + 1)), .success(new)))
        }
        #expect(script.message == message)
    }
}
