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
            var next = clock.now + interval
            var last = ServiceClock().now.wall
            while true {
                try await clock.sleep(until: next)
                let now = ServiceClock().now.wall
                let report = StatusReport(
                    counts: await control.health().counts, records: await control.current(since: last))
                for line in report.lines(at: now) { logger.info("\(line)") }
                last = now
                // A dump that comes late leaves out those that it has missed.
                repeat { next += interval } while next <= clock.now
            }
        }
    }
}

/// The text of a status dump.
struct StatusReport {
    let counts: [TaskState: Int]
    /// Those that are alive, and those that have ended since the last dump.
    let records: [TaskRecord]

    /// A summary, then a line for every task that is alive or has finished since the last dump.
    func lines(at now: Timestamp) -> [String] {
        let states = TaskState.allCases.compactMap { state in
            counts[state].flatMap { $0 > 0 ? "\($0) \(state.rawValue)" : nil }
        }
        let total = counts.values.reduce(0, +)
        let number = total == 1 ? "1 task" : "\(total) tasks"
        let summary = "status: " + (total == 0 ? "no tasks" : "\(number): \(states.joined(separator: ", "))")
        return [summary] + records.map { Self.line(on: $0, at: now) }
    }

    private static func line(on record: TaskRecord, at now: Timestamp) -> String {
        let percent = Int((record.progress.fraction * 100).rounded(.down))
        let age = max(0, now.milliseconds - record.createdAt.milliseconds) / 1000
        return "  \(record.id) \(record.type) \(record.state.rawValue) \(percent) %"
            + " pid \(record.pid.map(String.init) ?? "-") port \(record.workerPort.map(String.init) ?? "-") age \(age) s"
    }
}
