import ArgumentParser
import Dashboard
import JSON
import TaskClient
import TaskControl
import TaskModel

/// Prints what happens to tasks, as it happens.
struct Events: ClientVerb {
    static let configuration = CommandConfiguration(
        commandName: "events",
        abstract: "Prints what happens to tasks, as it happens.",
        discussion: """
            The first line is the state of the queue: nothing that happens after it is missed. With --json each line is an \
            event: its name, its id and its data as the API sends them, the tasks as they are first. If the service ends, so \
            does this verb, with the exit code 69.

            EXAMPLES:
              taskdeck events
              taskdeck events --status failed
              taskdeck events --json --type process_data
            """)

    @OptionGroup var filter: TaskFilter
    @OptionGroup var json: JSONOption
    @OptionGroup(title: "Connection") var connection: ConnectionOptions

    func run(in session: ClientSession) async throws -> Int32 {
        var selected = EventFilter()
        selected.states = filter.status
        selected.type = filter.type
        var health = ""
        for try await batch in try await session.client.events(selected) {
            for event in batch {
                if json.isOn {
                    try session.print(json: Self.line(event))
                } else {
                    let now = TaskText(session.terminal, ids: [], now: ServiceClock().now.wall)
                    guard let text = Self.text(try TaskEvent(event), now, &health) else { continue }
                    try session.print("\(Self.time(now))  \(text)")
                }
            }
        }
        throw TaskError.remote(.connectionLost(reason: "the service has ended"))
    }

    private static func line(_ event: ServiceEvent) -> [UInt8] {
        var json = JSONWriter()
        json.object { json in
            json.member("data", (try? JSONCoding.decode(JSONValue.self, from: event.data)) ?? .null)
            json.member("event", event.name)
            json.member("id", event.id)
        }
        return json.bytes
    }

    private static func time(_ text: TaskText) -> String {
        text.terminal.isTerminal ? text.localTime.clock(text.now) : text.now.description
    }

    /// The line for an event; `nil` for what was there before, but for the queue.
    ///
    /// - Parameter health: that of the line before; its counts change with every task.
    private static func text(_ event: TaskEvent, _ text: TaskText, _ health: inout String) -> String? {
        switch event {
        case .unknown: return nil
        case .snapshot(_, isComplete: false, _, _): return nil
        case .snapshot(_, isComplete: true, let queue, let state):
            health = Self.text(state)
            return "queue  \(QueueText.line(queue))"
        case .task(let record):
            let parts = [TaskText.percent(record), record.type, record.title, text.explanation(of: record)]
            return "\(record.id)  " + ([record.state.rawValue] + parts.filter { !$0.isEmpty }).joined(separator: "  ")
        case .removed(let id): return "\(id)  removed"
        case .queue(let queue): return "queue  \(QueueText.line(queue))"
        case .health(let state):
            let state = Self.text(state)
            defer { health = state }
            return state == health ? nil : "health  \(state)"
        case .gap: return "events have been missed"
        }
    }

    private static func text(_ health: ServiceHealth) -> String {
        let failures = [health.storageFailure, health.launchFailure].compactMap(\.self)
        if health.isShuttingDown { return "shutting down" }
        return failures.isEmpty ? "ok" : failures.joined(separator: "; ")
    }
}
