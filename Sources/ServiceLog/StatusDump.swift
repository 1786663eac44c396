package import Logging
import NIOPosix
import ServiceLifecycle
package import TaskControl
import TaskModel

/// Writes a dump of all tasks and their states to the log at intervals.
package struct StatusDump: Service {
    /// The number of waiting tasks with a line of their own; a dump of a million would delay everything else.
    static let waitingLimit = 1000

    private static let summary = metadata(.summary)
    private static let row = metadata(.row)

    private static func metadata(_ part: LogRecord.DumpPart) -> Logger.Metadata {
        [HubLogHandler.dumpKey: .stringConvertible(part)]
    }

    private let tasks: any TaskQueries
    private let interval: Duration
    private let logger: Logger

    /// - Parameter interval: the time from one dump to the next.
    package init(tasks: any TaskQueries, interval: Duration, logger: Logger) {
        self.tasks = tasks
        self.interval = interval
        self.logger = logger
    }

    /// Dumps until shutdown.
    package func run() async throws {
        // A graceful shutdown cancels the sleep.
        try? await cancelWhenGracefulShutdown {
            let clock = ContinuousClock()
            var next = clock.now + interval
            var last = ServiceClock().now.wall
            while true {
                try await clock.sleep(until: next)
                let now = ServiceClock().now.wall
                let current = await tasks.current(since: last, waiting: Self.waitingLimit)
                let report = StatusReport(
                    counts: await tasks.health().counts, records: current.records,
                    othersWaiting: current.othersWaiting)
                // Thousands of lines would delay the event loop. Throws only while the process ends.
                let lines = try await NIOThreadPool.singleton.runIfActive { report.lines(at: now) }
                let others = Self.metadata(.others(report.othersWaiting))
                for (number, line) in lines.enumerated() {
                    let metadata = number == 0 ? Self.summary : number <= report.records.count ? Self.row : others
                    logger.info("\(line)", metadata: metadata)
                    if number % 50 == 49 { await Task.yield() }
                }
                last = now
                // A late dump skips those that were due before it.
                repeat { next += interval } while next <= clock.now
            }
        }
    }
}

/// The text of a status dump.
struct StatusReport {
    let counts: [TaskState: Int]
    /// Live tasks, and those that have ended since the last dump.
    let records: [TaskRecord]
    /// The number of waiting tasks without a record here.
    var othersWaiting = 0

    /// A summary, then a line for each record, and one for all others.
    func lines(at now: Timestamp) -> [String] {
        let states = TaskState.allCases.compactMap { state in
            counts[state].flatMap { $0 > 0 ? "\($0) \(state.rawValue)" : nil }
        }
        let total = counts.values.reduce(0, +)
        let number = total == 1 ? "1 task" : "\(total) tasks"
        let summary = "status: " + (total == 0 ? "no tasks" : "\(number): \(states.joined(separator: ", "))")
        var lines = [summary] + records.map { Self.line(on: $0, at: now) }
        if othersWaiting > 0 { lines.append("  … and \(othersWaiting) more \(othersWaiting == 1 ? "waits" : "wait")") }
        return lines
    }

    private static func line(on record: TaskRecord, at now: Timestamp) -> String {
        let percent = Int((record.progress.fraction * 100).rounded(.down))
        let age = max(0, now.milliseconds - record.createdAt.milliseconds) / 1000
        return "  \(record.id) \(record.type) \(record.state.rawValue) \(percent) %"
            + " pid \(record.pid.map(String.init) ?? "-") port \(record.workerPort.map(String.init) ?? "-") age \(age) s"
    }
}
