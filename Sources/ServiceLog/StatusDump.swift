package import Logging
import NIOPosix
import ServiceLifecycle
package import TaskControl
import TaskModel

/// Writes all tasks and their states to the log, again and again.
package struct StatusDump: Service {
    /// How many tasks that wait have a line of their own: all of them at 1000 tasks, and never the work of a million.
    static let waitingLimit = 1000

    private static let summary = metadata(.summary)
    private static let row = metadata(.row)

    private static func metadata(_ part: LogRecord.DumpPart) -> Logger.Metadata {
        [HubLogHandler.dumpKey: .stringConvertible(part)]
    }

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
                let current = await control.current(since: last, waiting: Self.waitingLimit)
                let report = StatusReport(
                    counts: await control.health().counts, records: current.records,
                    othersWaiting: current.othersWaiting)
                // Thousands of lines take long enough for others to wait for; refused only while this process ends.
                let lines = try await NIOThreadPool.singleton.runIfActive { report.lines(at: now) }
                let others = Self.metadata(.others(report.othersWaiting))
                for (number, line) in lines.enumerated() {
                    let metadata = number == 0 ? Self.summary : number <= report.records.count ? Self.row : others
                    logger.info("\(line)", metadata: metadata)
                    if number % 50 == 49 { await Task.yield() }
                }
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
    /// How many more wait.
    var othersWaiting = 0

    /// A summary, then a line for every one of the records, and one for all others.
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
