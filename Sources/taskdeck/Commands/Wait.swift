import ArgumentParser
import TaskClient
import TaskModel

/// Waits for the end of tasks.
struct Wait: ClientVerb {
    static let configuration = CommandConfiguration(
        commandName: "wait",
        abstract: "Waits until tasks have ended, and ends with their exit code.",
        discussion: """
            The exit code is 0 if all have completed, and else that of the first one, in the order in which they are \
            named, that has not: as 'run' has it. With --timeout it is 75 if they have not ended in time. It is 69 \
            if the service has ended: the tasks that it keeps can be waited for again once there is one.

            EXAMPLES:
              taskdeck wait A8Q4ZE && echo done
              taskdeck wait --any A8Q4ZE CSS51B
              taskdeck wait --all --timeout 60
            """)

    @OptionGroup var selection: TaskSelection

    @Flag(name: .customLong("any"), help: "Wait for the first that ends, and end with its exit code.")
    var isFirstEnough = false

    @Option(
        name: .customLong("timeout"), parsing: .unconditional, help: "Seconds to wait at most. (default: none)",
        transform: AnswerTimeout.seconds)
    var limit: Duration?

    @OptionGroup var json: JSONOption
    @OptionGroup(title: "Connection") var connection: ConnectionOptions

    func run(in session: ClientSession) async throws -> Int32 {
        let ids = try await selection.resolve(session, possible: TaskState.live)
        guard !ids.isEmpty else { return ExitStatus.success }
        guard let limit else { return try await wait(for: ids, session) }
        return try await withThrowingTaskGroup(of: Int32.self) { group in
            group.addTask { try await wait(for: ids, session) }
            group.addTask {
                try await Task.sleep(for: limit)
                StandardStream.report("not all tasks have ended in time")
                return ExitStatus.tryAgain
            }
            defer { group.cancelAll() }
            return try await group.next() ?? ExitStatus.failure
        }
    }

    private func wait(for ids: [TaskID], _ session: ClientSession) async throws -> Int32 {
        var statuses: [TaskID: Int32] = [:]
        var progress = json.isOn ? nil : ProgressLine()
        try await TaskWatch.follow(ids, session.client) { record in
            guard record.state.isFinal else {
                if ids.count == 1 {
                    try progress?.show(record)
                } else {
                    try progress?.show("\(statuses.count) of \(ids.count) have ended")
                }
                return false
            }
            guard statuses.updateValue(record.exitStatus, forKey: record.id) == nil else { return false }
            try progress?.clear()
            if json.isOn {
                try session.print(json: try await session.client.recordBody(record.id))
            } else {
                try session.print("\(record.id) \(record.state.rawValue)" + (record.error.map { ": \($0)" } ?? ""))
            }
            return isFirstEnough || statuses.count == ids.count
        }
        let ended = ids.compactMap { statuses[$0] }
        return ended.first { $0 != ExitStatus.success } ?? ExitStatus.success
    }
}
