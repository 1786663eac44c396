package import Logging
import ServiceLifecycle
package import TaskModel

/// Writes all tasks and their states to the log, again and again.
package struct StatusDump: Service {
    private let control: any TaskControl
    private let interval: Duration
    private let logger: Logger

    /// - Parameter interval: from one dump to the next.
    package init(control: any TaskControl, interval: Duration, logger: Logger) {
        self.control = control
        self.interval = interval
        self.logger = logger
    }

    /// Dumps until shutdown.
    package func run() async throws {
        // Cancellation is how a graceful shutdown ends the wait for the next dump.
        try? await cancelWhenGracefulShutdown {
            let clock = ContinuousClock()
            var report = StatusReport()
            var next = clock.now + interval
            while true {
                try await clock.sleep(until: next)
                let tasks = await control.tasks(TaskQuery()).tasks
                for line in report.lines(on: tasks, at: ServiceClock().now.wall) {
                    logger.info("\(line)")
                }
                // A dump that comes late leaves out those that it has missed.
                repeat { next += interval } while next <= clock.now
            }
        }
    }
}

/// The text of a status dump: which tasks it shows, and how.
struct StatusReport {
    /// The finished tasks that have been shown, and so are not shown again.
    private var shown: Set<TaskID> = []

    /// A summary, then a line for every task that is alive or has finished since the last call.
    mutating func lines(on records: [TaskRecord], at now: Timestamp) -> [String] {
        let counts = Dictionary(grouping: records, by: \.state).mapValues(\.count)
        let states = TaskState.allCases.compactMap { state in counts[state].map { "\($0) \(state.rawValue)" } }
        let number = records.count == 1 ? "1 task" : "\(records.count) tasks"
        var lines = ["status: " + (records.isEmpty ? "no tasks" : "\(number): \(states.joined(separator: ", "))")]
        lines += records.filter { !shown.contains($0.id) }.map { Self.line(on: $0, at: now) }
        shown = Set(records.lazy.filter(\.state.isFinal).map(\.id))
        return lines
    }

    private static func line(on record: TaskRecord, at now: Timestamp) -> String {
        let percent = Int((record.progress.fraction * 100).rounded(.down))
        let age = max(0, now.milliseconds - record.createdAt.milliseconds) / 1000
        return "  \(record.id) \(record.type) \(record.state.rawValue) \(percent) %"
            + " pid \(record.pid.map(String.init) ?? "-") port \(record.workerPort.map(String.init) ?? "-") age \(age) s"
    }
}
